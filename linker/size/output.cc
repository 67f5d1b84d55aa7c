#include "linker/size/output.h"

#include "objfile/system/process.h"
#include "objfile/system/text_file.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/Path.h"

namespace wald::size {

std::optional<Form> find_form(StringRef name) {
  return llvm::StringSwitch<std::optional<Form>>(name)
      .Case("text", Form::kText)
      .Case("csv", Form::kCsv)
      .Cases("json", "wald", Form::kJson)
      .Case("html", Form::kHtml)
      .Case("gsa", Form::kGsa)
      .Case("esbuild", Form::kEsbuild)
      .Default(std::nullopt);
}

std::optional<Form> form_of_file(StringRef file, Form json) {
  return llvm::StringSwitch<std::optional<Form>>(llvm::sys::path::extension(file))
      .Case(".txt", Form::kText)
      .Case(".csv", Form::kCsv)
      .Case(".json", json)
      .Cases(".html", ".htm", Form::kHtml)
      .Default(std::nullopt);
}

void write_report(llvm::raw_ostream &out, const Report &report, Form form, const Baseline *before,
                  RunBoth run_both) {
  switch (form) {
  case Form::kText:
    return write_text(out, report);
  case Form::kCsv:
    return write_csv(out, report, run_both);
  case Form::kJson:
    return write_json(out, report, run_both);
  case Form::kHtml:
    return write_html(out, report, before, run_both);
  case Form::kGsa:
    return write_gsa(out, report);
  case Form::kEsbuild:
    return write_esbuild(out, report, run_both);
  }
}

uint64_t gzip_size(llvm::ArrayRef<uint8_t> bytes) {
  llvm::SmallVector<uint8_t, 0> compressed;
  llvm::compression::zlib::compress(bytes, compressed,
                                    llvm::compression::zlib::BestSizeCompression);
  // The same stream stands between 10 and 8 bytes there, here between 2 and 4.
  constexpr uint64_t kGzip = 18, kZlib = 6;
  return compressed.size() + kGzip - kZlib;
}

void write_compressed(llvm::raw_ostream &out, const Report &report) {
  if (report.gzip_size)
    out << "gzip -9: " << report.file_size() << " -> " << *report.gzip_size << " bytes\n";
}

static llvm::Expected<Baseline> open_baseline(const std::string &file) {
  auto text = read_disk_file(file);
  if (!text)
    return llvm::createStringError(text.getError(),
                                   "cannot read " + file + ": " + text.getError().message());
  llvm::Expected<Baseline> baseline = read_baseline((*text)->getBuffer());
  if (!baseline)
    return llvm::createStringError(std::make_error_code(std::errc::invalid_argument),
                                   file + ": " + llvm::toString(baseline.takeError()));
  return baseline;
}

std::vector<Problem> deliver(const Report &report, const Request &request, llvm::raw_ostream &out,
                             RunBoth run_both) {
  std::vector<Problem> problems;
  auto add = [&](std::string fact) { problems.push_back({std::move(fact), {}}); };
  std::optional<Baseline> before;
  if (!request.baseline.empty()) {
    if (llvm::Expected<Baseline> read = open_baseline(request.baseline))
      before = std::move(*read);
    else
      add(llvm::toString(read.takeError()));
  }
  const Baseline *baseline = before ? &*before : nullptr;
  for (const std::string &file : request.files) {
    Form form = form_of_file(file, request.json).value_or(Form::kText);
    std::string error = write_text_file(
        file, [&](llvm::raw_ostream &to) { write_report(to, report, form, baseline, run_both); });
    if (!error.empty())
      add(std::move(error));
  }
  std::optional<Difference> difference;
  if (baseline) {
    difference = compare(report, *baseline);
    write_difference(out, report, *baseline, *difference);
    out.flush();
  }
  if (request.budget.empty())
    return problems;
  if (llvm::Expected<Budget> budget = read_budget(request.budget)) {
    for (Problem &problem : exceeded_limits(report, *budget, difference ? &*difference : nullptr))
      problems.push_back(std::move(problem));
  } else {
    add(llvm::toString(budget.takeError()));
  }
  return problems;
}

} // namespace wald::size
