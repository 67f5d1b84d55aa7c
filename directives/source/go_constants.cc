// The values of constant expressions, as lengths of arrays have them: integers and strings.
// Floating-point numbers are not understood.
#include "directives/types/go_types.h"
#include "objfile/support/go_text.h"

namespace wald::directives {

using llvm::APInt;
using llvm::StringRef;

namespace {

constexpr unsigned kMaxDepth = 200;
constexpr unsigned kBits = 513;          // of a number; Go's compiler refuses more than 512
constexpr size_t kLongestNumber = 1000;  // characters
constexpr size_t kLongestSum = 1 << 16;  // bytes of strings added
constexpr uint64_t kMostText = 64 << 20; // bytes of all strings that are made

llvm::Error refuse(const llvm::Twine &fact) {
  return llvm::createStringError(std::make_error_code(std::errc::invalid_argument), fact);
}

llvm::Error refuse_constant(StringRef what) {
  return refuse("the constant " + what + " is not understood");
}

APInt make_number(uint64_t value) {
  return APInt(kBits, value);
}

std::optional<APInt> parse_integer(StringRef literal) {
  if (literal.starts_with("'")) {
    std::optional<std::string> text = objfile::unquote_go(literal);
    if (!text || text->empty())
      return std::nullopt;
    // A byte that an escape stands for need not be UTF-8.
    return make_number(text->size() == 1 ? uint8_t(text->front())
                                         : objfile::decode_rune(*text).value);
  }
  std::string digits;
  for (char c : literal)
    if (c != '_')
      digits += c;
  APInt value;
  if (digits.size() > kLongestNumber || StringRef(digits).getAsInteger(0, value) ||
      value.getActiveBits() >= kBits)
    return std::nullopt;
  return value.zextOrTrunc(kBits);
}

std::optional<APInt> shift(const APInt &left, const APInt &count, bool to_left, bool &overflows) {
  constexpr uint64_t kMostShifted = 10000;
  if (count.isNegative() || count.ugt(kMostShifted))
    return std::nullopt;
  unsigned bits = std::min<uint64_t>(count.getZExtValue(), kBits);
  if (!to_left)
    return left.ashr(bits);
  return left.isZero() ? left : left.sshl_ov(bits, overflows);
}

std::optional<APInt> combine(StringRef op, const APInt &left, const APInt &right) {
  bool overflows = false;
  std::optional<APInt> result;
  if (op == "+")
    result = left.sadd_ov(right, overflows);
  else if (op == "-")
    result = left.ssub_ov(right, overflows);
  else if (op == "*")
    result = left.smul_ov(right, overflows);
  else if (op == "/" && !right.isZero())
    result = left.sdiv_ov(right, overflows);
  else if (op == "%" && !right.isZero())
    result = left.srem(right);
  else if (op == "<<" || op == ">>")
    result = shift(left, right, op == "<<", overflows);
  else if (op == "&")
    result = left & right;
  else if (op == "|")
    result = left | right;
  else if (op == "^")
    result = left ^ right;
  else if (op == "&^")
    result = left & ~right;
  return overflows ? std::nullopt : result;
}

unsigned unsigned_bits(const GoType &type) {
  switch (type.kind) {
  case GoKind::kUint8:
  case GoKind::kUint16:
  case GoKind::kUint32:
  case GoKind::kUint64:
  case GoKind::kUint:
  case GoKind::kUintptr:
    return type.size * 8;
  default:
    return 0;
  }
}

bool is_signed(const GoType &type) {
  return type.kind >= GoKind::kInt && type.kind <= GoKind::kInt64;
}

} // namespace

TypeResolver::ConstResult TypeResolver::evaluate(const ConstExpr &expr, Scope scope, uint64_t iota,
                                                 unsigned depth) {
  if (depth > kMaxDepth)
    return refuse("a constant is nested too deeply");
  switch (expr.kind) {
  case ConstExpr::kBad:
    break;
  case ConstExpr::kInteger:
    if (std::optional<APInt> number = parse_integer(expr.text))
      return ConstValue{*number, 0, nullptr};
    break;
  case ConstExpr::kString:
    return make_text(expr.text.size(), [&] { return objfile::unquote_go(expr.text); });
  case ConstExpr::kName:
    return evaluate_name(expr, scope, iota, depth);
  case ConstExpr::kUnary: {
    ConstResult value = evaluate(*expr.left, scope, iota, depth + 1);
    if (!value || value->is_string())
      return value ? ConstResult(refuse_constant(expr.op)) : std::move(value);
    if (expr.op == "-") {
      if (value->number.isMinSignedValue()) // has no opposite
        return refuse_constant(expr.op);
      value->number.negate();
    }
    if (expr.op == "^") {
      value->number.flipAllBits();
      if (value->unsigned_bits)
        value->number &= APInt::getLowBitsSet(kBits, value->unsigned_bits);
    }
    return value;
  }
  case ConstExpr::kBinary: {
    ConstResult left = evaluate(*expr.left, scope, iota, depth + 1);
    if (!left)
      return left;
    ConstResult right = evaluate(*expr.right, scope, iota, depth + 1);
    if (!right)
      return right;
    if (left->is_string() && right->is_string() && expr.op == "+")
      if (size_t size = left->text->size() + right->text->size(); size <= kLongestSum)
        return make_text(size, [&] { return std::optional(*left->text + *right->text); });
    std::optional<APInt> number;
    if (!left->is_string() && !right->is_string())
      number = combine(expr.op, left->number, right->number);
    if (!number)
      return refuse("a constant with " + expr.op + " is not understood");
    bool is_shift = expr.op == "<<" || expr.op == ">>";
    if (!is_shift && !left->unsigned_bits)
      left->unsigned_bits = right->unsigned_bits;
    left->number = *number;
    return left;
  }
  case ConstExpr::kCall:
    return evaluate_call(expr, scope, iota, depth);
  }
  return refuse_constant(expr.text);
}

// Every string is counted before it is made; copies of a value share it.
TypeResolver::ConstResult
TypeResolver::make_text(size_t most_bytes,
                        llvm::function_ref<std::optional<std::string>()> make_it) {
  num_text_bytes_ += most_bytes;
  if (num_text_bytes_ > kMostText)
    return refuse("the constants of the program have too much text");
  std::optional<std::string> text = make_it();
  if (!text)
    return refuse("a string constant is not understood");
  return ConstValue{APInt(), 0, std::make_shared<const std::string>(std::move(*text))};
}

TypeResolver::ConstResult TypeResolver::evaluate_name(const ConstExpr &expr, Scope scope,
                                                      uint64_t iota, unsigned depth) {
  auto find = [&](StringRef package) -> llvm::Expected<Declared<ConstDecl>> {
    if (package == scope.file->package)
      if (const ConstDecl *decl = scope.file->constants.lookup(expr.text))
        return Declared<ConstDecl>{decl, scope.file};
    return scopes_.find_constant(package, expr.text);
  };
  std::vector<std::string> packages = {scope.file->package};
  if (!expr.qualifier.empty())
    packages = imports_named(*scope.file, expr.qualifier);
  else
    for (const ImportDecl *import : scope.file->dot_imports)
      packages.push_back(real_path(*scope.file, import->path));
  for (const std::string &package : packages) {
    llvm::Expected<Declared<ConstDecl>> declared = find(package);
    if (!declared)
      return declared.takeError();
    if (declared->decl)
      return evaluate_declared(*declared, depth + 1);
  }
  if (expr.qualifier.empty() && expr.text == "iota")
    return ConstValue{make_number(iota), 0, nullptr};
  return refuse_constant(expr.qualifier.empty() ? expr.text.str()
                                                : (expr.qualifier + "." + expr.text).str());
}

TypeResolver::ConstResult TypeResolver::evaluate_declared(const Declared<ConstDecl> &declared,
                                                          unsigned depth) {
  const ConstDecl &decl = *declared.decl;
  auto [entry, is_new] = constants_.try_emplace(&decl, std::nullopt);
  if (!is_new) {
    const std::optional<ConstValue> &known = entry->second;
    return known ? ConstResult(*known) : refuse_constant(decl.name);
  }
  if (!decl.value)
    return refuse_constant(decl.name);
  Scope scope = {declared.scope, nullptr};
  ConstResult value = evaluate(*decl.value, scope, decl.iota, depth + 1);
  if (value && decl.type)
    value = convert(std::move(*value), *decl.type, scope, depth + 1);
  if (value)
    constants_[&decl] = *value;
  return value;
}

TypeResolver::ConstResult TypeResolver::convert(ConstValue value, const TypeExpr &type, Scope scope,
                                                unsigned depth) {
  Result to = resolve_type(type, scope, depth + 1);
  if (!to)
    return to.takeError();
  bool is_number = is_signed(**to) || unsigned_bits(**to);
  if (value.is_string() ? (*to)->kind != GoKind::kString : !is_number)
    return refuse("a constant of type " + type_text(**to) + " is not understood");
  value.unsigned_bits = unsigned_bits(**to);
  return value;
}

// len("text"), unsafe.Sizeof(int64(0)), or a conversion.
TypeResolver::ConstResult TypeResolver::evaluate_call(const ConstExpr &expr, Scope scope,
                                                      uint64_t iota, unsigned depth) {
  const ConstExpr &function = *expr.left;
  TypeExpr type;
  type.kind = TypeExpr::kName;
  type.qualifier = function.qualifier;
  type.name = function.text;
  if (function.qualifier == "unsafe" && function.text == "Sizeof") {
    const ConstExpr &argument = *expr.right;
    if (argument.kind != ConstExpr::kCall)
      return refuse_constant("unsafe.Sizeof");
    type.qualifier = argument.left->qualifier;
    type.name = argument.left->text;
    Result of = resolve_type(type, scope, depth + 1);
    if (!of)
      return of.takeError();
    return ConstValue{make_number((*of)->size), 64, nullptr};
  }
  ConstResult value = evaluate(*expr.right, scope, iota, depth + 1);
  if (!value)
    return value;
  if (function.qualifier.empty() && function.text == "len") {
    if (!value->is_string())
      return refuse_constant("len");
    return ConstValue{make_number(value->text->size()), 0, nullptr};
  }
  return convert(std::move(*value), type, scope, depth + 1);
}

} // namespace wald::directives
