#include "wald/summary.h"

#include "objfile/system/color.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FormatVariadic.h"

#include <array>

namespace wald {

namespace {

std::string size_text(uint64_t bytes) {
  constexpr double kMega = 1e6, kKilo = 1e3;
  return bytes < kMega ? llvm::formatv("{0:f1} kB", bytes / kKilo).str()
                       : llvm::formatv("{0:f2} MB", bytes / kMega).str();
}

std::string counted(size_t count, llvm::StringRef what) {
  return (llvm::Twine(count) + " " + what + (count == 1 ? "" : "s")).str();
}

LinkSummary parsed_entry(llvm::StringRef line) {
  llvm::SmallVector<llvm::StringRef> words;
  line.split(words, ' ');
  std::array<uint64_t, 6> numbers = {};
  for (size_t i = 0; i < words.size() && i < numbers.size(); i++)
    if (words[i].getAsInteger(10, numbers[i]))
      numbers[i] = 0;
  return {.bytes = numbers[0],
          .functions = numbers[1],
          .packages = numbers[2],
          .imports = numbers[3],
          .exports = numbers[4],
          .warnings = numbers[5]};
}

} // namespace

std::string summary_entry(const LinkSummary &link) {
  return llvm::formatv("{0} {1} {2} {3} {4} {5}\n", link.bytes, link.functions, link.packages,
                       link.imports, link.exports, link.warnings)
      .str();
}

std::string summary_line(llvm::StringRef log, double seconds) {
  llvm::SmallVector<llvm::StringRef> lines;
  log.split(lines, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  LinkSummary all;
  for (llvm::StringRef line : lines) {
    LinkSummary one = parsed_entry(line);
    uint64_t bytes = all.bytes + one.bytes;
    size_t warnings = all.warnings + one.warnings;
    all = one;
    all.bytes = bytes;
    all.warnings = warnings;
  }
  std::string text;
  if (lines.empty())
    text = "nothing to link";
  else if (lines.size() > 1)
    text = counted(lines.size(), "module") + ", " + size_text(all.bytes);
  else
    text = size_text(all.bytes) + ", " + counted(all.functions, "function") + ", " +
           counted(all.packages, "package") + ", " + counted(all.imports, "import") + ", " +
           counted(all.exports, "export");
  if (all.warnings > 0)
    text += ", " + colored_for_stderr(counted(all.warnings, "warning"), Color::kWarning);
  return colored_for_stderr("wald:", Color::kBold) + " " + text +
         llvm::formatv("; {0:f1} s\n", seconds).str();
}

} // namespace wald
