// See the header for the two encodings. Both readers take any bytes.
#include "linker/command_line/response_file.h"

#include "objfile/support/go_text.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace wald {

namespace {

// Files that name each other would never end; no real command line comes near these.
constexpr unsigned kMaxDepth = 64;
constexpr unsigned kMaxFiles = 4096;
constexpr uint64_t kMaxBytes = 64 << 20;  // of all files, each counted whenever it is named
constexpr size_t kMaxArguments = 1 << 20; // of all files, names of files included

// What has been read so far.
struct Amount {
  unsigned files = 0;
  uint64_t bytes = 0;
  size_t arguments = 0;
};

// As opposed to a file that cannot be read, which has the system's error code.
llvm::Error bad_contents(const llvm::Twine &message) {
  return llvm::createStringError(std::make_error_code(std::errc::invalid_argument), message);
}

llvm::Error too_many_arguments() {
  return bad_contents("more than " + llvm::Twine(kMaxArguments) + " arguments in response files");
}

llvm::Expected<std::vector<std::string>> split_lines(llvm::StringRef text) {
  if (text.count('\n') > kMaxArguments)
    return too_many_arguments();
  std::string without_cr;
  llvm::copy_if(text, std::back_inserter(without_cr), [](char c) { return c != '\r'; });
  llvm::SmallVector<llvm::StringRef> lines;
  objfile::trim_go_space(without_cr).split(lines, '\n');
  std::vector<std::string> args;
  for (llvm::StringRef line : lines) {
    if (!line.contains('\\')) {
      args.push_back(line.str());
      continue;
    }
    // The reference decodes such a line character by character, not byte by byte.
    std::string decoded = objfile::replace_ill_formed_utf8(line);
    line = decoded;
    std::string arg;
    for (size_t i = 0; i < line.size(); ++i) {
      if (line[i] != '\\') {
        arg += line[i];
        continue;
      }
      if (++i == line.size())
        break; // a lone backslash at the end is dropped
      if (line[i] != 'n' && line[i] != '\\')
        return bad_contents("invalid escape " + objfile::quote_go(line.substr(i - 1, 2)) +
                            " in a response file");
      arg += line[i] == 'n' ? '\n' : '\\';
    }
    args.push_back(std::move(arg));
  }
  return args;
}

// Length of the line break at the start of text, LF or CR LF, or 0.
size_t line_break_size(llvm::StringRef text) {
  return text.starts_with("\n") ? 1 : text.starts_with("\r\n") ? 2 : 0;
}

llvm::Expected<std::vector<std::string>> split_quoted(llvm::StringRef text) {
  std::vector<std::string> args;
  std::string arg;
  bool in_argument = false; // also holds for an argument of empty quotes
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (args.size() > kMaxArguments)
      return too_many_arguments();
    char c = text[i];
    if (c == '\\' && quote != '\'') {
      llvm::StringRef rest = text.drop_front(i + 1);
      if (size_t size = line_break_size(rest)) {
        i += size; // the line goes on
      } else if (quote != 0 && (rest.empty() ||
                                llvm::StringRef("\\\"$`").find(rest[0]) == llvm::StringRef::npos)) {
        arg += c; // within double quotes other pairs stay as they are
      } else if (!rest.empty()) {
        arg += rest[0];
        in_argument = true;
        ++i;
      }
    } else if (quote != 0 && c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
      in_argument = true;
    } else if (quote == 0 && llvm::StringRef(" \t\r\n").contains(c)) {
      if (in_argument)
        args.push_back(std::move(arg));
      arg.clear();
      in_argument = false;
    } else {
      arg += c;
      in_argument = true;
    }
  }
  if (in_argument)
    args.push_back(std::move(arg));
  return args;
}

llvm::Error expand(llvm::ArrayRef<std::string> args, ResponseEncoding encoding,
                   FileReader read_file, unsigned depth, Amount &amount,
                   std::vector<std::string> &out) {
  for (const std::string &arg : args) {
    llvm::StringRef path = arg;
    if (!path.consume_front("@")) {
      out.push_back(arg);
      continue;
    }
    if (depth == kMaxDepth || ++amount.files > kMaxFiles)
      return bad_contents("response files nested too deeply at " + arg);
    auto file = read_file(path);
    if (!file)
      return llvm::createStringError(file.getError(), "cannot open response file " + path + ": " +
                                                          file.getError().message());
    amount.bytes += (*file)->getBufferSize();
    if (amount.bytes > kMaxBytes)
      return bad_contents(path + ": response files of more than " + llvm::Twine(kMaxBytes) +
                          " bytes in all");
    auto inner = split_response_file((*file)->getBuffer(), encoding);
    if (!inner)
      return bad_contents(path + ": " + llvm::toString(inner.takeError()));
    amount.arguments += inner->size();
    if (amount.arguments > kMaxArguments)
      return bad_contents(path + ": " + llvm::toString(too_many_arguments()));
    if (llvm::Error error = expand(*inner, encoding, read_file, depth + 1, amount, out))
      return error;
  }
  return llvm::Error::success();
}

} // namespace

llvm::Expected<std::vector<std::string>> split_response_file(llvm::StringRef text,
                                                             ResponseEncoding encoding) {
  if (encoding == ResponseEncoding::kLines)
    return split_lines(text);
  return split_quoted(text);
}

llvm::Expected<std::vector<std::string>> expand_response_files(llvm::ArrayRef<std::string> args,
                                                               ResponseEncoding encoding,
                                                               FileReader read_file) {
  std::vector<std::string> out;
  Amount amount;
  if (llvm::Error error = expand(args, encoding, read_file, 0, amount, out))
    return error;
  return out;
}

bool has_response_file(llvm::ArrayRef<std::string> args) {
  return llvm::any_of(args, [](llvm::StringRef arg) { return arg.starts_with("@"); });
}

int go_minor_of_archive(llvm::StringRef file) {
  constexpr size_t kMemberOffset = 8 + 60; // archive magic, member header
  if (file.starts_with("!<arch>\n"))
    file = file.drop_front(std::min(kMemberOffset, file.size()));
  if (!file.consume_front("go object "))
    return 0;
  llvm::SmallVector<llvm::StringRef> words; // GOOS GOARCH VERSION …
  file.split('\n').first.split(words, ' ');
  int minor = 0;
  if (words.size() < 3 || !words[2].consume_front("go1.") || words[2].consumeInteger(10, minor))
    return 0;
  return minor;
}

} // namespace wald
