// The table of Go versions and what is computed from it.
#include "objfile/go_version.h"
#include "objfile/goobj_names.h"

#include "llvm/ADT/STLExtras.h"

#include "gtest/gtest.h"

namespace wald::objfile {
namespace {

const GoVersion &version(int minor) {
  return *find_go_version(minor);
}

bool has_builtin(int minor, llvm::StringRef name) {
  return llvm::is_contained(builtin_names(version(minor)), name);
}

TEST(GoVersion, KnowsItsVersionsOnly) {
  for (int minor = kOldestGoMinor; minor <= kNewestGoMinor; minor++) {
    ASSERT_NE(find_go_version(minor), nullptr);
    EXPECT_EQ(find_go_version(minor)->minor, minor);
  }
  EXPECT_EQ(find_go_version(kOldestGoMinor - 1), nullptr);
  EXPECT_EQ(find_go_version(kNewestGoMinor + 1), nullptr);
  EXPECT_EQ(find_go_version(-1), nullptr);
}

TEST(GoVersion, ReadsTheMinorOfAnyVersionString) {
  EXPECT_EQ(parse_go_minor("go1.27.4"), 27);
  EXPECT_EQ(parse_go_minor("go1.26"), 26);
  EXPECT_EQ(parse_go_minor("go1.26rc1"), 26);
  EXPECT_EQ(parse_go_minor("go1.26beta2"), 26);
  EXPECT_EQ(parse_go_minor("go1.25-custom"), 25);
  EXPECT_EQ(parse_go_minor("go1.27.4-X:nogreenteagc"), 27);
  for (const char *text : {"", "go1", "go1.", "go2.1", "1.27", "go1.27x", "devel go1.27", "go1.-1"})
    EXPECT_EQ(parse_go_minor(text), -1) << text;
}

TEST(GoVersion, ComputesBuildVersionsWithoutDifferences) {
  for (int minor = kOldestGoMinor; minor <= kNewestGoMinor; minor++)
    EXPECT_EQ(build_version_string(version(minor), "go1.x", version(minor).default_experiments),
              "go1.x");
}

// Seen in real toolchains.
TEST(GoVersion, ComputesBuildVersionsWithDifferences) {
  EXPECT_EQ(
      build_version_string(version(24), "go1.24.13", "coverageredesign,aliastypeparams,swissmap"),
      "go1.24.13 X:nosynchashtriemap");
  EXPECT_EQ(build_version_string(version(25), "go1.25.12",
                                 "aliastypeparams,swissmap,synchashtriemap,dwarf5,greenteagc"),
            "go1.25.12 X:greenteagc");
  EXPECT_EQ(build_version_string(version(26), "go1.26.8", "fieldtrack,dwarf5,randomizedheapbase64"),
            "go1.26.8-X:fieldtrack,nogreenteagc");
  EXPECT_EQ(build_version_string(version(27), "go1.27.4",
                                 "dwarf5,jsonv2,randomizedheapbase64,sizespecializedmalloc"),
            "go1.27.4-X:nogreenteagc");
}

// A version that has a dash already gets a blank, so that the suffix can be told from it.
TEST(GoVersion, SeparatesExperimentsFromCustomVersions) {
  EXPECT_EQ(build_version_string(version(26), "go1.26.8-custom", "dwarf5,randomizedheapbase64"),
            "go1.26.8-custom X:nogreenteagc");
}

TEST(GoVersion, ListsAsManyBuiltinsAsTheCompilers) {
  EXPECT_EQ(builtin_names(version(24)).size(), 264u);
  EXPECT_EQ(builtin_names(version(25)).size(), 265u);
  EXPECT_EQ(builtin_names(version(26)).size(), 266u);
  EXPECT_EQ(builtin_names(version(27)).size(), 299u);
}

TEST(GoVersion, FollowsTheChangesOfTheBuiltins) {
  EXPECT_FALSE(has_builtin(24, "runtime.riscv64HasZbb"));
  EXPECT_TRUE(has_builtin(25, "runtime.riscv64HasZbb"));
  EXPECT_TRUE(has_builtin(25, "runtime.printfloat"));
  EXPECT_FALSE(has_builtin(26, "runtime.printfloat"));
  EXPECT_TRUE(has_builtin(26, "runtime.printfloat64"));
  EXPECT_FALSE(has_builtin(26, "runtime.growsliceBuf"));
  EXPECT_TRUE(has_builtin(27, "runtime.growsliceBuf"));
  EXPECT_EQ(builtin_names(version(27))[0], "runtime.newobject");
}

TEST(GoVersion, HasRestrictedLinknames) {
  EXPECT_FALSE(restricted_linknames().empty());
  for (const RestrictedLinkname &entry : restricted_linknames()) {
    EXPECT_NE(llvm::StringRef(entry.name), "");
    EXPECT_LE(entry.first_minor, kNewestGoMinor) << entry.name;
  }
}

TEST(GoobjNames, GiveEveryRelocationTypeBack) {
  for (int minor = kOldestGoMinor; minor <= kNewestGoMinor; minor++)
    for (unsigned type = 0; type < 0x200; type++)
      for (unsigned weak : {0u, unsigned(kRelocWeak)}) {
        std::string name = reloc_type_name(type | weak, version(minor));
        EXPECT_EQ(parse_reloc_type(name, version(minor)), type | weak) << name;
      }
}

TEST(GoobjNames, SpellTheMovingRelocationTypes) {
  EXPECT_EQ(reloc_type_name(92, version(24)), "R_WASMIMPORT");
  EXPECT_EQ(reloc_type_name(92, version(27)), "R_92");
  EXPECT_EQ(reloc_type_name(102, version(27)), "R_INITORDER");
  EXPECT_EQ(reloc_type_name(96, version(24)), "R_96");
  EXPECT_EQ(reloc_type_name(96, version(25)), "R_DWTXTADDR_U1");
  EXPECT_EQ(reloc_type_name(kRelocAddr | kRelocWeak, version(25)), "weak R_ADDR");
}

TEST(GoobjNames, GiveEveryKindBack) {
  for (int minor = kOldestGoMinor; minor <= kNewestGoMinor; minor++)
    for (unsigned kind = 0; kind < 256; kind++) {
      std::string name = raw_kind_name(kind, version(minor));
      EXPECT_EQ(parse_raw_kind(name, version(minor)), kind) << name;
      EXPECT_EQ(parse_aux_kind(aux_kind_name(kind)), kind);
    }
}

TEST(GoobjNames, GiveEveryFlagBack) {
  for (int minor = kOldestGoMinor; minor <= kNewestGoMinor; minor++)
    for (unsigned bits = 0; bits < 0x10000; bits += 0x83) {
      SymbolFlags flags;
      for (const std::string &name : symbol_flag_names(bits, bits >> 8, version(minor))) {
        std::optional<SymbolFlags> parsed = parse_symbol_flag(name, version(minor));
        ASSERT_TRUE(parsed.has_value()) << name;
        flags.flag |= parsed->flag;
        flags.flag2 |= parsed->flag2;
      }
      EXPECT_EQ(flags.flag | flags.flag2 << 8, int(bits & 0xffff));
    }
}

} // namespace
} // namespace wald::objfile
