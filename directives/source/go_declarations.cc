// A parser of declarations with one token of look-ahead, like Go's own: which declaration a
// directive belongs to depends on how far Go's parser has read when it takes the directives seen so
// far (reference: cmd/compile/internal/syntax/parser.go, fileOrNil, funcDeclOrNil, clearPragma).
#include "directives/source/go_declarations.h"

#include "objfile/support/go_text.h"

#include "llvm/ADT/StringExtras.h"

namespace wald::directives {

using llvm::StringRef;

namespace {

int binary_precedence(const GoToken &token) {
  if (token.kind != GoToken::kOperator)
    return 0;
  StringRef op = token.text;
  if (op == "*" || op == "/" || op == "%" || op == "<<" || op == ">>" || op == "&" || op == "&^")
    return 2;
  return op == "+" || op == "-" || op == "|" || op == "^" ? 1 : 0;
}

class Parser {
public:
  Parser(StringRef text, SourceFile &file)
      : scanner_(text), file_(file), ahead_left_(4 * text.size()) {
    next();
  }

  void parse_file();

private:
  // -- Tokens
  void next();
  bool at(StringRef op) const { return token_.is_operator(op); }
  bool at_keyword(StringRef word) const { return token_.is_keyword(word); }
  bool take(StringRef op) {
    bool found = at(op);
    if (found)
      next();
    return found;
  }
  // Takes the operator or gives the declaration up.
  void expect(StringRef op) {
    if (!take(op))
      failed_ = true;
  }
  StringRef take_name();
  bool at_type() const;
  bool at_statement_end() const {
    return token_.kind == GoToken::kSemicolon || token_.kind == GoToken::kEnd;
  }
  GoToken peek() const { return GoScanner(scanner_).next(nullptr); }
  void skip_brackets();
  void skip_to_end_of(int depth);
  // Brackets that never close would let each of them be followed to the end of the file.
  bool may_look_ahead() {
    ahead_left_ -= ahead_left_ > 0;
    return ahead_left_ > 0;
  }
  std::optional<GoToken> token_behind_brackets();
  bool body_does_nothing();
  bool skip_message(GoScanner &ahead, StringRef name);
  bool begins_instance();
  bool begins_type_params();

  // -- Directives
  void note_comments();
  void place_directives(DirectivePlacement placement, std::optional<size_t> function = {});

  // -- Declarations
  void parse_declaration();
  template <typename Fn> void parse_specs(Fn parse_spec);
  void parse_import();
  struct ConstSpec {
    const TypeExpr *type = nullptr;
    std::vector<const ConstExpr *> values;
  };
  void parse_const(uint64_t iota, ConstSpec &spec);
  void parse_type_decl();
  void parse_function();

  // -- Types and expressions; on failure of kind kBad.
  std::vector<ParameterDecl> parse_params(StringRef close);
  std::vector<ParameterDecl> parse_type_params();
  const TypeExpr *parse_type();
  void parse_type_into(TypeExpr &type);
  void parse_named_type(TypeExpr &type);
  void parse_fields(TypeExpr &type);
  void parse_arguments(TypeExpr &type);
  void skip_function_type();
  const ConstExpr *parse_expr(int precedence = 1);
  const ConstExpr *parse_unary();
  const ConstExpr *parse_operand();
  TypeExpr &new_type(TypeExpr::Kind kind = TypeExpr::kBad) {
    TypeExpr &type = file_.type_exprs.emplace_back();
    type.kind = kind;
    return type;
  }
  ConstExpr &new_const(ConstExpr::Kind kind = ConstExpr::kBad) {
    ConstExpr &expr = file_.const_exprs.emplace_back();
    expr.kind = kind;
    return expr;
  }

  // Counts the levels of types and expressions that are being read.
  struct Nesting {
    explicit Nesting(Parser &parser) : depth(parser.nesting_) {
      if (++depth > kMaxNesting)
        parser.failed_ = true;
    }
    ~Nesting() { depth--; }
    Nesting(const Nesting &) = delete;
    Nesting &operator=(const Nesting &) = delete;
    unsigned &depth;
  };

  GoScanner scanner_;
  SourceFile &file_;
  GoToken token_;       // the current one
  int brackets_ = 0;    // open before the current token
  bool failed_ = false; // the declaration is not understood
  unsigned nesting_ = 0;
  std::vector<GoComment> comments_; // in front of the current token
  size_t first_unplaced_ = 0;       // in file_.directives
  StringRef tinygo_module_;         // of what is not placed yet
  size_t ahead_left_;               // tokens in all
};

int bracket_change(const GoToken &token) {
  if (token.kind != GoToken::kOperator || token.text.size() != 1)
    return 0;
  switch (token.text[0]) {
  case '(':
  case '[':
  case '{':
    return 1;
  case ')':
  case ']':
  case '}':
    return -1;
  default:
    return 0;
  }
}

void Parser::next() {
  brackets_ += bracket_change(token_);
  comments_.clear();
  token_ = scanner_.next(&comments_);
  note_comments();
}

void Parser::note_comments() {
  for (size_t i = 0; i < comments_.size(); i++) {
    const GoComment &comment = comments_[i];
    StringRef text = comment.text;
    if (text.starts_with("/*line ") || (text.starts_with("//line ") && comment.place.column == 1))
      file_.has_line_directives = true;
    else if (file_.package.empty() && text.consume_front("//go:build "))
      file_.build_constraint = objfile::trim_go_space(text);
    else if (StringRef module = tinygo_module(text); !module.empty())
      tinygo_module_ = module;
    else if (std::optional<DirectiveComment> directive = classify_directive(comments_, i))
      file_.directives.push_back(std::move(*directive));
  }
}

// Gives the directives seen since the last call their place.
void Parser::place_directives(DirectivePlacement placement, std::optional<size_t> function) {
  for (; first_unplaced_ < file_.directives.size(); first_unplaced_++) {
    DirectiveComment &directive = file_.directives[first_unplaced_];
    if (directive.placement == DirectivePlacement::kBehindCode)
      continue;
    directive.placement = placement;
    directive.function = function;
  }
  tinygo_module_ = "";
}

StringRef Parser::take_name() {
  StringRef name = token_.text;
  if (token_.kind != GoToken::kName) {
    failed_ = true;
    return "";
  }
  next();
  return name;
}

bool Parser::at_type() const {
  if (token_.kind == GoToken::kName)
    return true;
  if (token_.kind == GoToken::kKeyword)
    return at_keyword("struct") || at_keyword("func") || at_keyword("interface") ||
           at_keyword("map") || at_keyword("chan");
  return at("*") || at("[") || at("(") || at("<-");
}

// From an opening bracket to behind the one that closes it.
void Parser::skip_brackets() {
  int outside = brackets_;
  next();
  while (brackets_ > outside && token_.kind != GoToken::kEnd)
    next();
}

// To the end of a statement within `depth` brackets, or to the bracket that closes these.
void Parser::skip_to_end_of(int depth) {
  while (token_.kind != GoToken::kEnd && brackets_ >= depth) {
    if (brackets_ == depth && (token_.kind == GoToken::kSemicolon || bracket_change(token_) < 0))
      return;
    next();
  }
}

// What stands behind the closing bracket, at an opening one.
std::optional<GoToken> Parser::token_behind_brackets() {
  GoScanner ahead = scanner_;
  int depth = 1;
  while (depth > 0) {
    GoToken token = ahead.next(nullptr);
    if (token.kind == GoToken::kEnd || !may_look_ahead())
      return std::nullopt;
    depth += bracket_change(token);
  }
  return ahead.next(nullptr);
}

// At the bracket that opens a body: whether it only waits, ends or says something, as a main does
// that is not meant to be called.
bool Parser::body_does_nothing() {
  GoScanner ahead = scanner_;
  for (;;) {
    GoToken token = ahead.next(nullptr);
    if (token.is_operator("}"))
      return true;
    if (token.kind == GoToken::kSemicolon || token.is_keyword("return"))
      continue;
    if (token.is_keyword("select")) {
      if (!ahead.next(nullptr).is_operator("{") || !ahead.next(nullptr).is_operator("}"))
        return false;
      continue;
    }
    if (token.kind != GoToken::kName || !skip_message(ahead, token.text))
      return false;
  }
}

// The rest of a call that begins with the name, if it is one of those that only say something.
bool Parser::skip_message(GoScanner &ahead, StringRef name) {
  GoToken token = ahead.next(nullptr);
  bool is_message = name == "panic" || name == "print" || name == "println";
  if (name == "fmt" || name == "log" || name == "os") {
    StringRef function = ahead.next(nullptr).text;
    is_message = token.is_operator(".") &&
                 (name == "os" ? function == "Exit" : name == "log" || function.contains("rint"));
    token = ahead.next(nullptr);
  }
  if (!is_message || !token.is_operator("("))
    return false;
  for (int depth = 1; depth > 0; depth += bracket_change(token)) {
    token = ahead.next(nullptr);
    if (token.kind == GoToken::kEnd || !may_look_ahead())
      return false;
  }
  return true;
}

// Whether "[" behind a name of a field or parameter begins arguments of a generic type, not the
// length of an array: then no type follows.
bool Parser::begins_instance() {
  if (!at("[") || peek().is_operator("]"))
    return false;
  std::optional<GoToken> behind = token_behind_brackets();
  if (!behind)
    return false;
  return behind->kind == GoToken::kSemicolon || behind->kind == GoToken::kString ||
         behind->is_operator(",") || behind->is_operator(")") || behind->is_operator("}");
}

// Whether "[" behind the name of a declared type begins type parameters: a name and something that
// cannot go on an expression, or that could but for a comma.
bool Parser::begins_type_params() {
  GoScanner ahead = scanner_;
  if (ahead.next(nullptr).kind != GoToken::kName)
    return false;
  GoToken second = ahead.next(nullptr);
  if (second.kind != GoToken::kOperator)
    return second.kind == GoToken::kName || second.kind == GoToken::kKeyword;
  if (second.text == "," || second.text == "~" || second.text == "[")
    return true;
  if (second.text != "*" && second.text != "(")
    return false;
  int depth = second.text == "(" ? 2 : 1;
  while (depth > 0) {
    GoToken token = ahead.next(nullptr);
    if (token.kind == GoToken::kEnd || !may_look_ahead())
      return false;
    if (depth == 1 && (token.is_operator(",") || token.is_operator("~") || token.is_operator("|") ||
                       token.is_keyword("interface")))
      return true;
    depth += bracket_change(token);
  }
  return false;
}

void Parser::parse_file() {
  if (!at_keyword("package"))
    return;
  next();
  file_.package = take_name();
  skip_to_end_of(0);
  place_directives(DirectivePlacement::kPackage);
  while (token_.kind != GoToken::kEnd) {
    next();
    if (token_.kind != GoToken::kEnd && token_.kind != GoToken::kSemicolon)
      parse_declaration();
  }
  place_directives(DirectivePlacement::kNothing);
}

// Up to the semicolon behind it, which is not read: comments behind that belong to what follows.
void Parser::parse_declaration() {
  failed_ = false;
  brackets_ = 0;
  if (at_keyword("func")) {
    parse_function();
    return;
  }
  DirectivePlacement placement = DirectivePlacement::kNothing;
  if (at_keyword("import")) {
    placement = DirectivePlacement::kImport;
    parse_specs([&](uint64_t) { parse_import(); });
  } else if (at_keyword("const")) {
    placement = DirectivePlacement::kConst;
    ConstSpec spec;
    parse_specs([&](uint64_t iota) { parse_const(iota, spec); });
  } else if (at_keyword("type")) {
    placement = DirectivePlacement::kType;
    parse_specs([&](uint64_t) { parse_type_decl(); });
  } else if (at_keyword("var")) {
    placement = DirectivePlacement::kVar;
  }
  skip_to_end_of(0);
  // A closing bracket too many.
  while (!at_statement_end())
    next();
  place_directives(placement);
}

// One spec, or several in parentheses.
template <typename Fn> void Parser::parse_specs(Fn parse_spec) {
  next();
  if (!at("(")) {
    parse_spec(0);
    return;
  }
  next();
  int depth = brackets_;
  for (uint64_t i = 0; token_.kind != GoToken::kEnd && !at(")");) {
    if (token_.kind == GoToken::kSemicolon) {
      next();
      continue;
    }
    failed_ = false;
    parse_spec(i++);
    skip_to_end_of(depth);
    if (brackets_ < depth || (!at_statement_end() && !at(")")))
      return;
  }
  if (at(")"))
    next();
}

void Parser::parse_import() {
  ImportDecl import;
  if (token_.kind == GoToken::kName || at(".")) {
    import.name = token_.text;
    next();
  }
  std::optional<std::string> path =
      token_.kind == GoToken::kString ? objfile::unquote_go(token_.text) : std::nullopt;
  if (!path)
    return;
  import.path = std::move(*path);
  file_.imports.push_back(std::move(import));
}

// `spec` is the one before, which counts where there are neither type nor values.
void Parser::parse_const(uint64_t iota, ConstSpec &spec) {
  std::vector<StringRef> names;
  do
    names.push_back(take_name());
  while (!failed_ && take(","));
  const TypeExpr *type = !failed_ && at_type() ? parse_type() : nullptr;
  if (!failed_ && take("=")) {
    spec.type = type;
    spec.values.clear();
    do
      spec.values.push_back(parse_expr());
    while (!failed_ && take(","));
    // "1 == 2", "x.y.z" and the like: no integer.
    if (!at_statement_end() && !at(")"))
      spec.values.back() = &new_const();
  }
  for (size_t i = 0; i < names.size(); i++)
    if (!names[i].empty())
      file_.constants.push_back(
          {names[i], spec.type, i < spec.values.size() ? spec.values[i] : nullptr, iota});
}

void Parser::parse_type_decl() {
  TypeDecl decl;
  decl.name = take_name();
  if (at("[") && begins_type_params())
    decl.type_params = parse_type_params();
  decl.is_alias = take("=");
  decl.type = failed_ ? &new_type() : parse_type();
  if (failed_)
    decl.type = &new_type();
  if (!decl.name.empty())
    file_.types.push_back(std::move(decl));
}

void Parser::parse_function() {
  next();
  size_t index = file_.functions.size(), first = first_unplaced_;
  FunctionDecl function;
  function.tinygo_module = tinygo_module_;
  place_directives(DirectivePlacement::kFunction, index);
  for (size_t i = first; i < file_.directives.size(); i++) {
    const DirectiveComment &directive = file_.directives[i];
    if (directive.form == DirectiveForm::kExact && directive.function == index)
      (directive.kind == DirectiveKind::kImport ? function.import_directive
                                                : function.export_directive) = i;
  }
  if (at("("))
    function.receiver = parse_params(")");
  function.place = token_.place;
  function.name = failed_ ? "" : take_name();
  if (at("["))
    function.type_params = parse_type_params();
  if (!failed_ && at("("))
    function.params = parse_params(")");
  else
    failed_ = true;
  if (!failed_ && at("("))
    function.results = parse_params(")");
  else if (!failed_ && at_type())
    function.results.push_back({"", parse_type(), false});
  // A body may follow what is not understood, too.
  while (!at_statement_end() && !(at("{") && brackets_ <= 0))
    next();
  function.has_body = at("{");
  function.does_nothing = function.has_body && body_does_nothing();
  if (failed_) {
    for (std::vector<ParameterDecl> *list : {&function.params, &function.results})
      for (ParameterDecl &param : *list)
        param.type = &new_type();
  }
  file_.functions.push_back(std::move(function));
  if (at("{")) {
    skip_brackets();
    while (!at_statement_end())
      next();
  }
  place_directives(DirectivePlacement::kInFunction, index);
}

// From "(" to behind the closing bracket. A list has either types only, or names in front of types,
// where a type stands for all names before it.
std::vector<ParameterDecl> Parser::parse_params(StringRef close) {
  Nesting nesting(*this);
  std::vector<ParameterDecl> params;
  bool has_names = false;
  std::vector<bool> is_lone;
  next();
  while (!failed_ && !at(close)) {
    ParameterDecl param;
    bool lone = false;
    if (token_.kind == GoToken::kName) {
      GoToken second = peek();
      // "name,", "name)", "name.T", "name[T]," are types by the look of it.
      lone = second.is_operator(",") || second.is_operator(close);
      bool is_type = lone || second.is_operator(".");
      if (!is_type && second.is_operator("[")) {
        StringRef name = take_name();
        if (begins_instance()) {
          TypeExpr &type = new_type(TypeExpr::kName);
          type.name = name;
          parse_arguments(type);
          param.type = &type;
        } else {
          param.name = name;
        }
      } else if (!is_type) {
        param.name = take_name();
      }
    }
    has_names |= !param.name.empty();
    if (!param.type) {
      param.is_variadic = take("...");
      param.type = parse_type();
    }
    params.push_back(param);
    is_lone.push_back(lone);
    if (!at(close))
      expect(",");
  }
  if (failed_)
    return params;
  next();
  if (has_names) {
    for (size_t i = params.size(); i-- > 0;) {
      if (!is_lone[i])
        continue;
      params[i].name = params[i].type->name;
      if (i + 1 < params.size()) {
        params[i].type = params[i + 1].type;
        params[i].is_variadic = params[i + 1].is_variadic;
      }
    }
  }
  return params;
}

// From "[" to behind the closing bracket. Constraints are not looked into.
std::vector<ParameterDecl> Parser::parse_type_params() {
  std::vector<ParameterDecl> params;
  next();
  int inside = brackets_;
  const TypeExpr *constraint = &new_type(TypeExpr::kInterface);
  while (token_.kind == GoToken::kName) {
    params.push_back({take_name(), constraint, false});
    while (token_.kind != GoToken::kEnd && (brackets_ > inside || (!at(",") && !at("]"))))
      next();
    take(",");
  }
  expect("]");
  return params;
}

const TypeExpr *Parser::parse_type() {
  TypeExpr &type = new_type();
  parse_type_into(type);
  if (failed_)
    type.kind = TypeExpr::kBad;
  return &type;
}

void Parser::parse_type_into(TypeExpr &type) {
  Nesting nesting(*this);
  if (failed_)
    return;
  if (token_.kind == GoToken::kName)
    return parse_named_type(type);
  if (take("*")) {
    type.kind = TypeExpr::kPointer;
    type.element = parse_type();
  } else if (take("(")) {
    parse_type_into(type);
    expect(")");
  } else if (take("[")) {
    if (take("]")) {
      type.kind = TypeExpr::kSlice;
    } else {
      type.kind = TypeExpr::kArray;
      type.length = parse_expr();
      expect("]");
    }
    type.element = parse_type();
  } else if (at_keyword("struct")) {
    parse_fields(type);
  } else if (at_keyword("func")) {
    type.kind = TypeExpr::kFunc;
    next();
    skip_function_type();
  } else if (at_keyword("interface")) {
    type.kind = TypeExpr::kInterface;
    next();
    at("{") ? skip_brackets() : expect("{");
  } else if (at_keyword("map")) {
    type.kind = TypeExpr::kMap;
    next();
    at("[") ? skip_brackets() : expect("[");
    parse_type();
  } else if (take("<-")) {
    type.kind = TypeExpr::kChan;
    if (!at_keyword("chan"))
      failed_ = true;
    next();
    parse_type();
  } else if (at_keyword("chan")) {
    type.kind = TypeExpr::kChan;
    next();
    take("<-");
    parse_type();
  } else {
    failed_ = true;
  }
}

void Parser::parse_named_type(TypeExpr &type) {
  type.kind = TypeExpr::kName;
  type.name = take_name();
  if (take(".")) {
    type.qualifier = type.name;
    type.name = take_name();
  }
  if (at("["))
    parse_arguments(type);
}

// The types between brackets.
void Parser::parse_arguments(TypeExpr &type) {
  next();
  while (!failed_ && !at("]")) {
    type.arguments.push_back(parse_type());
    if (!at("]"))
      expect(",");
  }
  if (!failed_)
    next();
}

void Parser::skip_function_type() {
  if (!at("(")) {
    failed_ = true;
    return;
  }
  skip_brackets();
  if (at("("))
    skip_brackets();
  else if (at_type())
    parse_type();
}

void Parser::parse_fields(TypeExpr &type) {
  type.kind = TypeExpr::kStruct;
  next();
  expect("{");
  while (!failed_ && !at("}")) {
    if (token_.kind == GoToken::kSemicolon) {
      next();
      continue;
    }
    GoToken second = peek();
    bool is_embedded = at("*") || at("(") || second.kind == GoToken::kSemicolon ||
                       second.kind == GoToken::kString || second.is_operator(".") ||
                       second.is_operator("}");
    std::vector<StringRef> names;
    const TypeExpr *field_type = nullptr;
    if (!is_embedded && second.is_operator("[")) {
      names.push_back(take_name());
      is_embedded = begins_instance();
      if (is_embedded) {
        TypeExpr &instance = new_type(TypeExpr::kName);
        instance.name = names[0];
        parse_arguments(instance);
        field_type = &instance;
      }
    } else if (!is_embedded) {
      do
        names.push_back(take_name());
      while (!failed_ && take(","));
    }
    if (!field_type)
      field_type = parse_type();
    if (is_embedded) {
      const TypeExpr *named = field_type;
      if (named->kind == TypeExpr::kPointer)
        named = named->element;
      names = {named->name};
    }
    for (StringRef name : names)
      type.fields.push_back({name, field_type, is_embedded});
    if (token_.kind == GoToken::kString)
      next();
    if (token_.kind != GoToken::kSemicolon && !at("}"))
      failed_ = true;
  }
  if (!failed_)
    next();
}

const ConstExpr *Parser::parse_expr(int precedence) {
  const ConstExpr *left = parse_unary();
  for (int level; !failed_ && (level = binary_precedence(token_)) >= precedence;) {
    ConstExpr &binary = new_const(ConstExpr::kBinary);
    binary.op = token_.text;
    binary.left = left;
    next();
    binary.right = parse_expr(level + 1);
    left = &binary;
  }
  return failed_ ? &new_const() : left;
}

const ConstExpr *Parser::parse_unary() {
  Nesting nesting(*this);
  if (failed_)
    return &new_const();
  if (!at("+") && !at("-") && !at("^"))
    return parse_operand();
  ConstExpr &unary = new_const(ConstExpr::kUnary);
  unary.op = token_.text;
  next();
  unary.left = parse_unary();
  return &unary;
}

const ConstExpr *Parser::parse_operand() {
  if (take("(")) {
    const ConstExpr *inner = parse_expr();
    expect(")");
    return inner;
  }
  ConstExpr &operand = new_const();
  operand.text = token_.text;
  switch (token_.kind) {
  case GoToken::kInteger:
    operand.kind = ConstExpr::kInteger;
    break;
  case GoToken::kString:
    operand.kind = ConstExpr::kString;
    break;
  case GoToken::kName:
    operand.kind = ConstExpr::kName;
    break;
  case GoToken::kNumber:
    break; // no integer, or seldom written so
  default:
    failed_ = true;
    return &operand;
  }
  next();
  if (operand.kind == ConstExpr::kName && take(".")) {
    operand.qualifier = operand.text;
    operand.text = take_name();
  }
  if (!at("("))
    return &operand;
  next();
  ConstExpr &call = new_const(ConstExpr::kCall);
  call.left = &operand;
  call.right = parse_expr();
  expect(")");
  return &call;
}

} // namespace

SourceFile read_declarations(StringRef text) {
  SourceFile file;
  Parser(text, file).parse_file();
  return file;
}

} // namespace wald::directives
