// The interpreter: calls, results, traps, imports and exit codes.
#include "wasm/run/interpreter.h"

#include "wat.h"

#include "llvm/Support/raw_ostream.h"
#include "gmock/gmock.h"

namespace wald::wasm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = InterpOutcome::Kind;

// A module, its WASI host and the interpreter, or why it could not be loaded.
struct Fixture {
  explicit Fixture(std::string_view text, std::vector<std::string> args = {"prog"},
                   llvm::raw_ostream *stub_log = nullptr)
      : bytes(test::assemble(text)) {
    WasiConfig config;
    config.args = std::move(args);
    wasi = llvm::cantFail(Wasi::create(std::move(config)));
    InterpOptions options;
    options.stub_log = stub_log;
    auto loaded = Interpreter::load(bytes, *wasi, options);
    if (loaded)
      interpreter = std::move(*loaded);
    else
      error = llvm::toString(loaded.takeError());
    if (interpreter)
      start = interpreter->instantiate();
  }

  InterpOutcome call(llvm::StringRef name, std::vector<std::string> args = {}) {
    const InterpExport *function = interpreter->find_export(name);
    std::vector<InterpValue> values(args.size());
    for (size_t i = 0; i < args.size(); ++i)
      EXPECT_TRUE(parse_value(args[i], function->type.params[i], values[i])) << args[i];
    return interpreter->call(*function, values);
  }

  std::vector<std::string> results(llvm::StringRef name, std::vector<std::string> args = {}) {
    InterpOutcome outcome = call(name, std::move(args));
    EXPECT_EQ(outcome.kind, Kind::returned) << outcome.trap;
    std::vector<std::string> texts;
    for (const InterpValue &value : outcome.results)
      texts.push_back(format_value(value));
    return texts;
  }

  std::vector<uint8_t> bytes;
  std::unique_ptr<Wasi> wasi;
  std::unique_ptr<Interpreter> interpreter;
  std::string error;
  InterpOutcome start;
};

TEST(Interpreter, ReturnsResultsOfAllFourTypes) {
  Fixture fixture(R"((module (func (export "f") (param i32 i64 f32 f64) (result i32 i64 f32 f64)
    (i32.sub (local.get 0) (i32.const 1)) (i64.sub (local.get 1) (i64.const 1))
    (f32.div (local.get 2) (f32.const 3)) (f64.div (local.get 3) (f64.const 3)))))");
  ASSERT_EQ(fixture.error, "");
  EXPECT_THAT(fixture.results("f", {"0", "-9223372036854775807", "1", "1"}),
              ElementsAre("-1", "-9223372036854775808", "0.33333334", "0.3333333333333333"));
}

TEST(Interpreter, KeepsItsMemoryBetweenCalls) {
  Fixture fixture(R"((module (global $n (mut i32) (i32.const 0))
    (func (export "next") (result i32)
      (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n))))");
  EXPECT_THAT(fixture.results("next"), ElementsAre("1"));
  EXPECT_THAT(fixture.results("next"), ElementsAre("2"));
}

TEST(Interpreter, SaysWhatTrappedAndWhere) {
  Fixture fixture(R"((module (func $inner (drop (i32.div_u (i32.const 1) (i32.const 0))))
    (func $outer (export "f") (call $inner))))");
  InterpOutcome outcome = fixture.call("f");
  EXPECT_EQ(outcome.kind, Kind::trapped);
  EXPECT_EQ(outcome.trap, "integer divide by zero");
  EXPECT_THAT(outcome.stack, ElementsAre("function 0 (inner)", "function 1 (outer)"));
}

TEST(Interpreter, TrapsWhenARecursionNeverEnds) {
  Fixture fixture(R"((module (func $f (export "f") (call $f))))");
  InterpOutcome outcome = fixture.call("f");
  EXPECT_EQ(outcome.kind, Kind::trapped);
  EXPECT_EQ(outcome.trap, "call stack exhausted");
  EXPECT_EQ(outcome.stack.size(), 33u);
  EXPECT_THAT(outcome.stack.back(), HasSubstr("more"));
}

TEST(Interpreter, RunsARecursion100000CallsDeep) {
  Fixture fixture(R"((module (func $sum (export "sum") (param i64) (result i64)
    (if (result i64) (i64.eqz (local.get 0)) (then (i64.const 0))
      (else (i64.add (local.get 0) (call $sum (i64.sub (local.get 0) (i64.const 1)))))))))");
  EXPECT_THAT(fixture.results("sum", {"100000"}), ElementsAre("5000050000"));
}

constexpr const char *kExitWithArgumentCount = R"((module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (call $sizes (i32.const 0) (i32.const 4)))
    (call $exit (i32.load (i32.const 0)))
    unreachable)))";

TEST(Interpreter, StopsAtProcExitWithItsCode) {
  Fixture fixture(kExitWithArgumentCount, {"prog", "one", "two"});
  ASSERT_EQ(fixture.error, "");
  InterpOutcome outcome = fixture.call("_start");
  EXPECT_EQ(outcome.kind, Kind::exited);
  EXPECT_EQ(outcome.exit_code, 3u);
}

TEST(Interpreter, GivesAModuleWithoutMemoryOnlyFaults) {
  Fixture fixture(R"((module
    (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
    (func (export "f") (result i32) (call $random (i32.const 0) (i32.const 1)))))");
  EXPECT_THAT(fixture.results("f"), ElementsAre("21"));
}

TEST(Interpreter, NamesAMissingImport) {
  Fixture fixture(R"((module (import "env" "take" (func (param i32 f64) (result i64)))))");
  EXPECT_THAT(fixture.error, HasSubstr("nothing provides the import env.take (i32, f64) -> (i64)"));
  EXPECT_THAT(fixture.error, HasSubstr("\n>>> module 'env', name 'take'"));
  EXPECT_THAT(fixture.error, HasSubstr("--stub"));
}

TEST(Interpreter, NamesAMissingFunctionOfWasi) {
  Fixture fixture(R"((module (import "wasi_snapshot_preview1" "fd_levitate" (func))))");
  EXPECT_THAT(fixture.error, HasSubstr("wasi_snapshot_preview1.fd_levitate"));
}

TEST(Interpreter, RefusesAWasiImportOfTheWrongType) {
  Fixture fixture(R"((module (import "wasi_snapshot_preview1" "fd_close" (func (param i64)))))");
  EXPECT_THAT(fixture.error, HasSubstr("fd_close has the type (i64) -> ()"));
  EXPECT_THAT(fixture.error, HasSubstr("WASI preview 1 defines (i32) -> (i32)"));
}

TEST(Interpreter, ExplainsAModuleForJavaScript) {
  Fixture fixture(R"((module (import "gojs" "runtime.wasmExit" (func (param i32)))))");
  EXPECT_THAT(fixture.error, HasSubstr("GOOS=js"));
  EXPECT_THAT(fixture.error, HasSubstr("browser or node"));
}

TEST(Interpreter, RefusesAnImportedMemory) {
  Fixture fixture(R"((module (import "env" "mem" (memory 1))))");
  EXPECT_THAT(fixture.error, HasSubstr("imports a memory, env.mem"));
}

TEST(Interpreter, StubsPrintTheirArgumentsAndReturnZeros) {
  std::string log;
  llvm::raw_string_ostream out(log);
  Fixture fixture(R"((module
    (import "env" "take" (func $take (param i32 i64 f32 f64) (result i64)))
    (func (export "f") (result i64)
      (i64.add (i64.const 7)
        (call $take (i32.const -1) (i64.const 2) (f32.const 0.5) (f64.const 1e300))))))",
                  {"prog"}, &out);
  ASSERT_EQ(fixture.error, "");
  EXPECT_THAT(fixture.results("f"), ElementsAre("7"));
  EXPECT_EQ(log, "wald: stub: env.take(-1, 2, 0.5, 1e+300) returns 0\n");
}

TEST(Interpreter, EscapesNames) {
  constexpr const char *kText = R"((module
    (import "env\0a>>> a" "take\1b[31m" (func $take)) (func (export "f") (call $take))))";
  EXPECT_THAT(Fixture(kText).error, HasSubstr(R"(module 'env\n>>> a', name 'take\x1b[31m')"));
  std::string log;
  llvm::raw_string_ostream stream(log);
  Fixture fixture(kText, {"prog"}, &stream);
  fixture.call("f");
  EXPECT_EQ(log, "wald: stub: env\\n>>> a.take\\x1b[31m()\n");
}

TEST(Interpreter, ReportsATrapWhileStarting) {
  Fixture fixture(R"((module (memory 1) (data (i32.const 65536) "a")))");
  EXPECT_EQ(fixture.start.kind, Kind::trapped);
  EXPECT_THAT(fixture.start.trap, HasSubstr("out of bounds"));
}

TEST(Interpreter, RefusesAnInvalidModuleWithTheFunctionsName) {
  Fixture fixture(R"((module (func $main.bad (result i32))))");
  EXPECT_THAT(fixture.error, HasSubstr("invalid WebAssembly module: type mismatch"));
  EXPECT_THAT(fixture.error, HasSubstr("(main.bad)"));
}

TEST(Interpreter, RefusesAnAbsurdNumberOfLocals) {
  std::vector<uint8_t> bytes = test::assemble("(module (func (local i32)))");
  // The body: its size, one group of locals, the group's count, which becomes 268,435,455.
  std::vector<uint8_t> body = {4, 1, 1, 0x7f, 0x0b},
                       huge = {7, 1, 0xff, 0xff, 0xff, 0x7f, 0x7f, 0x0b};
  auto found = std::search(bytes.begin(), bytes.end(), body.begin(), body.end());
  ASSERT_NE(found, bytes.end());
  found[-2] += 3; // the section's size
  found = bytes.erase(found, found + 5);
  bytes.insert(found, huge.begin(), huge.end());
  std::unique_ptr<Wasi> wasi = llvm::cantFail(Wasi::create({}));
  auto loaded = Interpreter::load(bytes, *wasi, {});
  ASSERT_FALSE(bool(loaded));
  EXPECT_THAT(llvm::toString(loaded.takeError()), HasSubstr("268435455 locals"));
}

TEST(Interpreter, RefusesTablesOfTooManyEntriesInAll) {
  EXPECT_EQ(Fixture("(module (table 10000 funcref) (table 10000 funcref))").error, "");
  std::string tables;
  for (int i = 0; i < 3; i++)
    tables += "(table 4000000 funcref)";
  EXPECT_THAT(Fixture("(module " + tables + ")").error,
              HasSubstr("the tables have 12000000 entries, more than the limit of 10000000"));
}

TEST(InterpValue, ReadsWhatFitsTheType) {
  InterpValue value;
  EXPECT_TRUE(parse_value("4294967295", InterpType::i32, value));
  EXPECT_EQ(format_value(value), "-1");
  EXPECT_TRUE(parse_value("-0x80", InterpType::i64, value));
  EXPECT_EQ(format_value(value), "-128");
  EXPECT_TRUE(parse_value("010", InterpType::i32, value));
  EXPECT_EQ(format_value(value), "10");
  EXPECT_TRUE(parse_value("-inf", InterpType::f32, value));
  EXPECT_EQ(format_value(value), "-inf");
  EXPECT_TRUE(parse_value("nan", InterpType::f64, value));
  EXPECT_EQ(format_value(value), "nan");
  EXPECT_TRUE(parse_value("1e-3", InterpType::f64, value));
  EXPECT_EQ(format_value(value), "0.001");
}

TEST(InterpValue, RefusesWhatDoesNotFit) {
  InterpValue value;
  for (const char *text : {"", "x", "1.5", "4294967296", "-2147483649", "1 "})
    EXPECT_FALSE(parse_value(text, InterpType::i32, value)) << text;
  for (const char *text : {"", "x", "1e999", "1,5", "2 "})
    EXPECT_FALSE(parse_value(text, InterpType::f64, value)) << text;
}

} // namespace
} // namespace wald::wasm
