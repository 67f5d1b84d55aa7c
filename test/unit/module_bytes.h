// Builds the bytes of small modules for tests, section by section.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace wald::test {

using ByteVector = std::vector<uint8_t>;

inline void append(ByteVector &to, const ByteVector &from) {
  to.insert(to.end(), from.begin(), from.end());
}

inline ByteVector concat(std::initializer_list<ByteVector> parts) {
  ByteVector result;
  for (const ByteVector &part : parts)
    append(result, part);
  return result;
}

inline ByteVector uleb(uint64_t value) {
  ByteVector result;
  do {
    result.push_back((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>= 7;
  } while (value);
  return result;
}

// A text or byte range with its size before it.
inline ByteVector sized(const ByteVector &bytes) {
  return concat({uleb(bytes.size()), bytes});
}
inline ByteVector sized(const std::string &text) {
  return sized(ByteVector(text.begin(), text.end()));
}

inline ByteVector section(uint8_t id, const ByteVector &payload) {
  return concat({{id}, sized(payload)});
}

inline ByteVector custom_section(const std::string &name, const ByteVector &payload) {
  return section(0, concat({sized(name), payload}));
}

inline ByteVector module_of(std::initializer_list<ByteVector> sections) {
  return concat({{0, 'a', 's', 'm', 1, 0, 0, 0}, concat(sections)});
}

// A data segment at an address below 64 (one byte of signed LEB128).
inline ByteVector segment(uint8_t address, const ByteVector &contents) {
  return concat({{0, 0x41, address, 0x0b}, sized(contents)});
}

// One module as Go writes them, with the parts that tests change.
struct SmallModule {
  std::string build_id = "abc";
  ByteVector second_body = {0, 0x41, 7, 0x0b};
  ByteVector second_data = {5, 6, 7};
  uint8_t second_address = 32;
  std::string export_name = "_start";
  std::string second_name = "main.main";
  bool with_names = true;

  ByteVector build() const {
    ByteVector names = concat({{2, 1}, sized(std::string("rt0")), {2}, sized(second_name)});
    ByteVector bytes = module_of({
        custom_section("go:buildid", text("\xff Go build ID: \"" + build_id + "\"\n \xff")),
        section(1, {2, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 0, 0}),
        section(2, concat({{1}, sized(std::string("env")), sized(std::string("f")), {0, 1}})),
        section(3, {2, 0, 0}),
        section(4, {1, 0x70, 0, 2}),
        section(5, {1, 0, 3}),
        section(6, {1, 0x7f, 1, 0x41, 0, 0x0b}),
        section(7, concat({{2}, sized(export_name), {0, 1}, sized(std::string("memory")), {2, 0}})),
        section(9, {1, 0, 0x41, 0, 0x0b, 2, 1, 2}),
        section(10, concat({{2}, sized(ByteVector{0, 0x0b}), sized(second_body)})),
        section(11, concat({{2}, segment(16, {1, 2}), segment(second_address, second_data)})),
        custom_section("producers", concat({{1},
                                            sized(std::string("language")),
                                            {1},
                                            sized(std::string("Go")),
                                            sized(std::string("go1.27.4"))})),
    });
    if (with_names)
      append(bytes, custom_section("name", concat({{1}, sized(names)})));
    return bytes;
  }

  static ByteVector text(const std::string &s) { return {s.begin(), s.end()}; }
};

} // namespace wald::test
