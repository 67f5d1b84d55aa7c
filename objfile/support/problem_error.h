// A problem as an error of a function that returns an llvm::Expected.
#pragma once

#include "objfile/support/problem.h"

#include "llvm/Support/Error.h"

namespace wald {

class ProblemError : public llvm::ErrorInfo<ProblemError> {
public:
  static char ID; // its address is the identity of the class
  explicit ProblemError(Problem problem) : problem_(std::move(problem)) {}

  const Problem &problem() const { return problem_; }
  void log(llvm::raw_ostream &out) const override;
  std::error_code convertToErrorCode() const override;

private:
  Problem problem_;
};

llvm::Error problem_error(Problem problem);

// What an error says; with notes if it came from problem_error.
Problem problem_of(llvm::Error error);

} // namespace wald
