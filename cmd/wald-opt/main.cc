// wald-opt: binaryen's passes over a module, for `--wasm-opt`. A program of its own, so that wald
// stays one static file, and so that what goes wrong in binaryen ends this process and not a link.
//
// usage: wald-opt [--features=LIST] [--threads=N] STEP... <IN.wasm >OUT.wasm
//        wald-opt --version
//
// A step is a level (-O0 to -O4, -Os, -Oz: binaryen's passes for it) or the name of a pass. The
// output has names of functions. Exit status 1 where binaryen fails, 2 for a wrong command line, 3
// without memory; why is on stderr, and nothing on stdout.
#include <binaryen-c.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <new>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace {

constexpr int kFailed = 1, kUsage = 2, kNoMemory = 3;

struct Level {
  std::string_view word;
  int optimize, shrink;
};

constexpr Level kLevels[] = {{"-O0", 0, 0}, {"-O1", 1, 0}, {"-O2", 2, 0}, {"-O3", 3, 0},
                             {"-O4", 4, 0}, {"-Os", 2, 1}, {"-Oz", 2, 2}};

struct Feature {
  std::string_view name;
  BinaryenFeatures (*bits)();
};

constexpr Feature kFeatures[] = {
    {"sign-ext", BinaryenFeatureSignExt},
    {"nontrapping-float-to-int", BinaryenFeatureNontrappingFPToInt},
    {"bulk-memory", BinaryenFeatureBulkMemory},
    {"mutable-globals", BinaryenFeatureMutableGlobals},
    {"simd", BinaryenFeatureSIMD128},
    {"multivalue", BinaryenFeatureMultivalue},
    {"reference-types", BinaryenFeatureReferenceTypes},
};

struct Options {
  BinaryenFeatures features = 0;
  std::vector<std::string> steps;
};

[[noreturn]] void fail(int status, const std::string &why) {
  std::fprintf(stderr, "wald-opt: %s\n", why.c_str());
  std::_Exit(status);
}

const Level *find_level(std::string_view word) {
  for (const Level &level : kLevels)
    if (level.word == word)
      return &level;
  return nullptr;
}

BinaryenFeatures parse_features(std::string_view list) {
  BinaryenFeatures bits = BinaryenFeatureMVP();
  while (!list.empty()) {
    size_t end = std::min(list.find(','), list.size());
    std::string_view name = list.substr(0, end);
    const Feature *found = nullptr;
    for (const Feature &feature : kFeatures)
      if (feature.name == name)
        found = &feature;
    if (!found)
      fail(kUsage, "unknown feature " + std::string(name));
    bits |= found->bits();
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return bits;
}

Options parse_options(int argc, char **argv) {
  Options options;
  for (int i = 1; i < argc; i++) {
    std::string_view word = argv[i];
    if (word.starts_with("--features="))
      options.features = parse_features(word.substr(strlen("--features=")));
    else if (word.starts_with("--threads="))
      setenv("BINARYEN_CORES", argv[i] + strlen("--threads="), 1);
    else if (word.starts_with("-") && !find_level(word))
      fail(kUsage, "unknown option " + std::string(word));
    else
      options.steps.emplace_back(word);
  }
  if (options.steps.empty())
    fail(kUsage, "no level and no pass given");
  return options;
}

std::vector<char> read_all(int file) {
  std::vector<char> bytes;
  constexpr size_t kChunk = 1 << 20;
  for (;;) {
    size_t used = bytes.size();
    bytes.resize(used + kChunk);
    ssize_t count = read(file, bytes.data() + used, kChunk);
    if (count < 0 && errno != EINTR)
      fail(kFailed, std::string("cannot read the module: ") + std::strerror(errno));
    bytes.resize(used + (count > 0 ? count : 0));
    if (count == 0)
      return bytes;
  }
}

void write_all(int file, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t count = write(file, bytes, size);
    if (count < 0 && errno != EINTR)
      fail(kFailed, std::string("cannot write the module: ") + std::strerror(errno));
    bytes += count > 0 ? count : 0;
    size -= count > 0 ? count : 0;
  }
}

void run_step(BinaryenModuleRef module, const std::string &step) {
  if (const Level *level = find_level(step)) {
    BinaryenSetOptimizeLevel(level->optimize);
    BinaryenSetShrinkLevel(level->shrink);
    BinaryenModuleOptimize(module);
    return;
  }
  const char *name = step.c_str();
  BinaryenModuleRunPasses(module, &name, 1);
}

// Which library it is, not only which version: it is another file with each build of it.
uint64_t hash_of_library() {
  Dl_info info;
  FILE *file = dladdr(reinterpret_cast<void *>(BinaryenModuleRead), &info)
                   ? std::fopen(info.dli_fname, "rb")
                   : nullptr;
  if (!file)
    fail(kFailed, "cannot read binaryen's library");
  uint64_t hash = 0xcbf29ce484222325; // FNV-1a
  std::vector<unsigned char> buffer(1 << 16);
  while (size_t count = std::fread(buffer.data(), 1, buffer.size(), file))
    for (size_t i = 0; i < count; i++)
      hash = (hash ^ buffer[i]) * 0x100000001b3;
  std::fclose(file);
  return hash;
}

} // namespace

int main(int argc, char **argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--version") {
    std::printf("wald-opt %s, binaryen %s, library %016llx\n", WALD_VERSION, WALD_BINARYEN_VERSION,
                static_cast<unsigned long long>(hash_of_library()));
    return 0;
  }
  std::set_new_handler([] { fail(kNoMemory, "out of memory"); });
  Options options = parse_options(argc, argv);
  // Passes print; what they print is not the module.
  int output = dup(STDOUT_FILENO);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  std::vector<char> input = read_all(STDIN_FILENO);
  BinaryenSetDebugInfo(true);
  BinaryenModuleRef module = BinaryenModuleRead(input.data(), input.size());
  BinaryenModuleSetFeatures(module, options.features);
  if (!BinaryenModuleValidate(module))
    fail(kFailed, "binaryen does not take the module for valid");
  for (const std::string &step : options.steps)
    run_step(module, step);
  BinaryenModuleAllocateAndWriteResult result = BinaryenModuleAllocateAndWrite(module, nullptr);
  write_all(output, static_cast<const char *>(result.binary), result.binaryBytes);
  // Taking the module apart would be a tenth of the time.
  std::fflush(stderr);
  std::_Exit(0);
}
