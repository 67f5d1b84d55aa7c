#include "linker/command_line/size_options.h"

namespace wald {

std::optional<Problem> apply_size_option(const GivenOption &given, size::Request &request) {
  if (given.is("size-report")) {
    if (!size::form_of_file(given.value))
      return Problem{given.word() + ": want a name that ends in .txt, .json, .csv or .html", {}};
    request.files.push_back(given.value);
  } else if (given.is("size-format")) {
    request.json = size::find_form(given.value).value_or(size::Form::kJson);
  } else if (given.is("size-baseline")) {
    request.baseline = given.value;
  } else if (given.is("size-compressed")) {
    request.compressed = true;
  } else if (given.is("size-budget")) {
    request.budget = given.value;
  }
  return std::nullopt;
}

} // namespace wald
