#include "objfile/go_abi.h"

#include "gtest/gtest.h"

namespace wald::objfile {
namespace {

ModuleDataLayout layout_of(int minor) {
  return ModuleDataLayout(*find_go_version(minor));
}

// As decoded from modules that the reference wrote.
TEST(ModuleData, HasItsFieldsWhereEachVersionHasThem) {
  using F = ModuleField;
  struct {
    F field;
    uint64_t offset[3]; // Go 1.24 and 1.25, 1.26, 1.27; 0: not there
  } const expected[] = {
      {F::kNames, {0x008, 0x008, 0x008}},        {F::kFunctions, {0x080, 0x080, 0x080}},
      {F::kFindIndex, {0x098, 0x098, 0x098}},    {F::kEnd, {0x110, 0x110, 0x110}},
      {F::kTypes, {0x128, 0x128, 0x128}},        {F::kTypesLength, {0, 0, 0x130}},
      {F::kTypesEnd, {0x130, 0x130, 0x138}},     {F::kItabsOffset, {0, 0, 0x140}},
      {F::kItabsLength, {0, 0, 0x148}},          {F::kRodata, {0x138, 0x138, 0x150}},
      {F::kFuncdata, {0x140, 0x140, 0x158}},     {F::kPclntabEnd, {0, 0x148, 0x160}},
      {F::kTextSections, {0x148, 0x150, 0x168}}, {F::kTypeLinks, {0x160, 0x168, 0}},
      {F::kItabLinks, {0x178, 0x180, 0}},        {F::kPtab, {0x190, 0x198, 0x180}},
      {F::kInitTasks, {0x1d0, 0x1d8, 0x1c0}},    {F::kModuleHashes, {0x1f8, 0x200, 0x1e8}},
      {F::kHasMain, {0x210, 0x218, 0x200}},
  };
  for (auto [minor, column] : {std::pair(24, 0), {25, 0}, {26, 1}, {27, 2}})
    for (const auto &[field, offset] : expected) {
      SCOPED_TRACE("go1." + std::to_string(minor) + " " + module_field_info(field).name);
      ASSERT_EQ(layout_of(minor).has(field), offset[column] != 0);
      if (offset[column]) {
        EXPECT_EQ(layout_of(minor).offset(field), offset[column]);
      }
    }
  EXPECT_EQ(layout_of(27).size(), 0x201u);
}

TEST(TypeNameDecoding, StopsAtTheEndOfTheBytes) {
  uint8_t bytes[] = {0b1011, 2, 'a', 'b', 3, 't', 'a', 'g'};
  TypeName name = decode_type_name(bytes);
  EXPECT_EQ(name.text, "ab");
  EXPECT_EQ(name.tag, "tag");
  EXPECT_TRUE(name.is_exported && name.is_embedded);
  EXPECT_EQ(decode_type_name(Bytes(bytes).take_front(3)).text, "");
  EXPECT_EQ(decode_type_name({}).text, "");
}

TEST(FuncInfoView, ReadsListsAndRefusesThoseThatDoNotFit) {
  std::vector<uint8_t> data(20 + 4 + 4 + 24);
  data[0] = 16;  // args
  data[8] = 5;   // funcID
  data[12] = 33; // start line
  data[16] = 1;  // files
  data[20] = 7;
  data[24] = 1; // inlined calls
  data[28] = data[29] = data[30] = data[31] = 0xff;
  data[28 + 8] = 99; // line
  data[28 + 20] = 4; // parent pc
  std::optional<FuncInfoView> info = FuncInfoView::parse(data);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->args(), 16u);
  EXPECT_EQ(info->func_id(), 5);
  EXPECT_EQ(info->start_line(), 33);
  EXPECT_EQ(info->file(0), 7u);
  EXPECT_EQ(info->inline_node(0).parent, -1);
  EXPECT_EQ(info->inline_node(0).line, 99u);
  EXPECT_EQ(info->inline_node(0).parent_pc, 4);
  data.pop_back();
  EXPECT_FALSE(FuncInfoView::parse(data));
}

TEST(FuncInfoView, ReadsWhatIsWritten) {
  std::vector<uint8_t> data =
      write_func_info({.args = 8, .locals = 24, .start_line = 7, .file = 3});
  std::optional<FuncInfoView> info = FuncInfoView::parse(data);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->args(), 8u);
  EXPECT_EQ(info->locals(), 24u);
  EXPECT_EQ(info->func_id(), 0);
  EXPECT_EQ(info->start_line(), 7);
  ASSERT_EQ(info->num_files(), 1u);
  EXPECT_EQ(info->file(0), 3u);
  EXPECT_EQ(info->num_inline_nodes(), 0u);
}

// Go 1.24 and 1.25 could be built without the newer maps, whose descriptors are larger.
TEST(MapDescriptors, HaveTheSizeThatTheExperimentGivesThem) {
  EXPECT_EQ(map_extra_bytes(*find_go_version(24), "aliastypeparams,swissmap"), 64u);
  EXPECT_EQ(map_extra_bytes(*find_go_version(25), "aliastypeparams"), 40u);
  EXPECT_EQ(map_extra_bytes(*find_go_version(26), ""), 64u);
  EXPECT_EQ(map_extra_bytes(*find_go_version(27), ""), 88u);
}

} // namespace
} // namespace wald::objfile
