// Reading of package archives.
#include "objfile/archive.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace wald::objfile {
namespace {

std::string padded(std::string text, size_t width) {
  text.resize(width, ' ');
  return text;
}

std::string member(const std::string &name, const std::string &size, const std::string &contents) {
  return padded(name, 16) + padded("0", 12) + padded("0", 6) + padded("0", 6) + padded("644", 8) +
         padded(size, 10) + "`\n" + contents;
}

std::vector<std::pair<std::string, std::string>> members_of(const std::string &file) {
  llvm::Expected<std::vector<ArchiveMember>> members = read_archive(to_bytes(file));
  if (!members) {
    ADD_FAILURE() << llvm::toString(members.takeError());
    return {};
  }
  std::vector<std::pair<std::string, std::string>> result;
  for (const ArchiveMember &entry : *members)
    result.push_back({entry.name.str(), to_string(entry.contents).str()});
  return result;
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(Archive, ListsMembersAtEvenOffsets) {
  std::string file = "!<arch>\n" + member("__.PKGDEF", "3", "odd") + '\0' +
                     member("_go_.o", "4", "even") + member("asm.o", "0", "");
  EXPECT_EQ(members_of(file), (Pairs{{"__.PKGDEF", "odd"}, {"_go_.o", "even"}, {"asm.o", ""}}));
}

TEST(Archive, KnowsWhereContentsAre) {
  std::string file = "!<arch>\n" + member("a.o", "1", "x") + '\0' + member("b.o", "1", "y");
  llvm::Expected<std::vector<ArchiveMember>> members = read_archive(to_bytes(file));
  ASSERT_TRUE(bool(members));
  EXPECT_EQ(file[(*members)[1].file_offset], 'y');
}

TEST(Archive, TakesTheFirstBytesFromACopy) {
  std::string file = "!<arch>\n" + member("a.o", "1", "x") + '\0' + member("b.o", "1", "y");
  std::string front = file.substr(0, 100), touched = file;
  std::fill_n(touched.begin(), 68, '?');
  llvm::Expected<std::vector<ArchiveMember>> members =
      read_archive(to_bytes(touched), to_bytes(front));
  ASSERT_TRUE(bool(members));
  ASSERT_EQ(members->size(), 2u);
  EXPECT_EQ((*members)[0].name, "a.o");
  EXPECT_EQ(to_string((*members)[0].contents), "x");
  EXPECT_EQ((*members)[1].name, "b.o");
}

TEST(Archive, DoesWithoutTheExportDataInFront) {
  std::string exports(300, 'e');
  std::string file = "!<arch>\n" + member("__.PKGDEF", "300", exports) + member("_go_.o", "1", "x");
  std::string front = file.substr(0, 128);
  uint64_t unneeded = size_of_export_data(to_bytes(front));
  EXPECT_EQ(unneeded, 8u + 60 + 300);
  for (uint64_t skipped : {uint64_t(0), uint64_t(1), uint64_t(128), unneeded - 1, unneeded}) {
    llvm::Expected<std::vector<ArchiveMember>> members =
        read_archive(to_bytes(file).drop_front(skipped), to_bytes(front), skipped);
    ASSERT_TRUE(bool(members));
    ASSERT_EQ(members->size(), 2u);
    EXPECT_EQ((*members)[0].name, "__.PKGDEF");
    EXPECT_EQ((*members)[0].contents.size(), unneeded - std::max<uint64_t>(skipped, 68));
    EXPECT_EQ(to_string((*members)[1].contents), "x");
    EXPECT_EQ((*members)[1].file_offset, file.size() - 1);
  }
}

TEST(Archive, NeedsWhatIsNoExportData) {
  std::string file = "!<arch>\n" + member("a.o", "1", "x");
  EXPECT_EQ(size_of_export_data(to_bytes(file)), 0u);
  std::string odd = "!<arch>\n" + member("__.PKGDEF", "1", "x");
  EXPECT_EQ(size_of_export_data(to_bytes(odd)), odd.size() + 1);
  for (size_t size = 0; size < 68; size++)
    EXPECT_EQ(size_of_export_data(to_bytes(odd).take_front(size)), 0u);
}

TEST(Archive, TakesAnythingElseAsOneMember) {
  EXPECT_EQ(members_of("go object ..."), (Pairs{{"", "go object ..."}}));
  EXPECT_EQ(members_of(""), (Pairs{{"", ""}}));
}

TEST(Archive, AcceptsOtherBasesAndUnreadableSizes) {
  EXPECT_EQ(members_of("!<arch>\n" + member("a.o", "0x2", "xy")), (Pairs{{"a.o", "xy"}}));
  EXPECT_EQ(members_of("!<arch>\n" + member("a.o", "010", "12345678")),
            (Pairs{{"a.o", "12345678"}}));
  EXPECT_EQ(members_of("!<arch>\n" + member("a.o", "two", "")), (Pairs{{"a.o", ""}}));
}

TEST(Archive, DoesNotCheckTheEndOfHeaders) {
  std::string file = "!<arch>\n" + member("a.o", "1", "x");
  file[8 + 58] = '?';
  EXPECT_EQ(members_of(file), (Pairs{{"a.o", "x"}}));
}

TEST(Archive, RejectsAHeaderThatIsCutOff) {
  std::string file = "!<arch>\n" + member("a.o", "2", "xy") + "b.o   ";
  llvm::Expected<std::vector<ArchiveMember>> members = read_archive(to_bytes(file));
  ASSERT_FALSE(bool(members));
  EXPECT_EQ(llvm::toString(members.takeError()),
            "truncated archive: it ends inside the header at offset 70");
}

TEST(Archive, AcceptsAMissingPadByteAtTheEnd) {
  EXPECT_EQ(members_of("!<arch>\n" + member("a.o", "1", "x")), (Pairs{{"a.o", "x"}}));
}

TEST(Archive, RejectsMembersThatRunPastTheEnd) {
  for (const char *size : {"3", "4294967296", "9999999999"}) {
    std::string file = "!<arch>\n" + member("a.o", size, "xy");
    llvm::Expected<std::vector<ArchiveMember>> members = read_archive(to_bytes(file));
    ASSERT_FALSE(bool(members)) << size;
    EXPECT_THAT(llvm::toString(members.takeError()),
                testing::HasSubstr("archive member a.o at offset 8 has"));
  }
}

TEST(Archive, SurvivesEveryTruncation) {
  std::string file = "!<arch>\n" + member("a.o", "3", "abc") + '\0' + member("b.o", "2", "xy");
  for (size_t size = 0; size < file.size(); size++) {
    std::string cut = file.substr(0, size);
    llvm::Expected<std::vector<ArchiveMember>> members = read_archive(to_bytes(cut));
    if (!members)
      llvm::consumeError(members.takeError());
    else
      EXPECT_LT(members->size(), 2u) << size;
  }
}

TEST(Archive, TellsObjectsFromNotes) {
  EXPECT_EQ(classify_member("__.PKGDEF"), MemberKind::kExportData);
  EXPECT_EQ(classify_member("_go_.o"), MemberKind::kObject);
  EXPECT_EQ(classify_member("x.syso"), MemberKind::kObject);
  EXPECT_EQ(classify_member("sourcelist"), MemberKind::kNote);
  EXPECT_EQ(classify_member("preferlinkext"), MemberKind::kNote);
  EXPECT_EQ(classify_member("dynimportfail"), MemberKind::kForcesExternalLink);
  EXPECT_EQ(classify_member("rt0_wasip1_wasm."), MemberKind::kObject); // cut to 16 bytes
}

} // namespace
} // namespace wald::objfile
