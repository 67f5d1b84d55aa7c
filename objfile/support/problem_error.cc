#include "objfile/support/problem_error.h"

#include "llvm/Support/raw_ostream.h"

namespace wald {

char ProblemError::ID = 0;

void ProblemError::log(llvm::raw_ostream &out) const {
  out << message_of(problem_);
}

std::error_code ProblemError::convertToErrorCode() const {
  return std::make_error_code(std::errc::invalid_argument);
}

llvm::Error problem_error(Problem problem) {
  return llvm::make_error<ProblemError>(std::move(problem));
}

Problem problem_of(llvm::Error error) {
  Problem problem;
  llvm::handleAllErrors(
      std::move(error), [&](const ProblemError &known) { problem = known.problem(); },
      [&](const llvm::ErrorInfoBase &other) { problem.fact = other.message(); });
  return problem;
}

} // namespace wald
