// A whole link of a small program with faults in its objects. The input is not the objects but a
// list of edits of them, so that nearly every input is an archive of sound form with a few wrong
// fields, and a find is a short list:
//
//   byte 0      Go version and options of the link
//   then, 10 bytes each: file, what to edit, which one (4 bytes), its new value (4 bytes)
//
// The program has one of everything that a link looks at.
#include "targets.h"

#include "linker/link.h"
#include "objfile/archive.h"
#include "objfile/object_yaml.h"
#include "unit/fake_objects.h"
#include "wasm/validate.h"

#include "llvm/Support/Error.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace wald::fuzz {

namespace {

using objfile::Bytes;
using objfile::load;
using objfile::store;

constexpr int kNumVersions = objfile::kNewestGoMinor - objfile::kOldestGoMinor + 1;

const std::string kRuntime = (test::kFakeRuntime + R"(
  - { name: _rt0_wasm_wasip1_lib, kind: text, data: 000b }
  - { name: runtime..inittask, kind: noptrdata, data: '0000000000000000' }
  - { name: runtime.runtime_inittasks, kind: noptrbss, size: 24 }
  - { name: runtime.lastmoduledatap, kind: noptrbss, size: 8 }
  - { name: runtime.buildVersion, kind: data, size: 16 }
)")
                                 .str();

const std::string kMain = R"(
main: true
fingerprint: '4d41'
autolibs: [ { path: runtime, fingerprint: '5255' }, { path: lib, fingerprint: '4c49' } ]
packages: [ lib ]
files: [ src/main.go ]
symbols:
  - name: main.main
    kind: text
    data: 00100010004100100041000b
    size: 3
    relocs:
      - { type: R_CALL, offset: 2, to: main.init }
      - { type: R_CALL, offset: 4, pkg: lib, index: 0 }
      - { type: R_ADDR, offset: 6, to: main.pointers }
      - { type: R_ADDR, offset: 10, to: 'go:string."hello"' }
      - { type: R_USEIFACE, to: 'type:main.T' }
      - { type: R_USEIFACEMETHOD, to: 'type:main.I', addend: 96 }
      - { type: R_USENAMEDMETHOD, to: 'go:string."hello"' }
    aux:
      - { kind: funcinfo, to: main.main.info }
      - { kind: pcsp, to: pc }
      - { kind: pcfile, to: pc }
      - { kind: pcline, to: pc }
      - { kind: pcinline, to: pc }
      - { kind: pcdata, to: pc }
      - { kind: pcdata, to: pc }
      - { kind: funcdata, to: gcargs.1 }
      - { kind: funcdata, to: gcargs.1 }
  - { name: main.main.info, kind: rodata, data: '08000000000000000000000007000000010000000000000001000000000000000000000003000000FBFFFF7F0200000001000000' }
  - name: main.init
    kind: text
    flags: [ pkginit ]
    data: 00100b
    relocs: [ { type: weak R_CALL, offset: 2, to: main.map.init.0 } ]
    aux: [ { kind: funcinfo, to: small.info } ]
  - { name: main.map.init.0, kind: text, data: 000b }
  - { name: small.info, kind: rodata, data: FUNCINFO(3) }
  - { name: pc, kind: rodata, data: '02800200' }
  - { name: gcargs.1, kind: rodata, data: '0100000001000000', align: 4 }
  - { name: main.pointers, kind: bss, size: 48, aux: [ { kind: gotype, to: 'type:main.S' } ] }
  - { name: main.list, kind: data, data: '0000000000000000', size: 64, aux: [ { kind: gotype, to: 'type:[2]main.T' } ],
      relocs: [ { type: R_ADDR, offset: 0, size: 8, to: main.main } ] }
  - { name: main..inittask, kind: noptrdata, data: '00000000010000000000000000000000',
      relocs: [ { type: R_ADDR, offset: 8, size: 8, to: main.init }, { type: R_INITORDER, to: runtime..inittask } ] }
  - { name: main.imported, kind: text, data: 00100b, relocs: [ { type: R_WASMIMPORT, offset: 2, size: 1, to: main.imported } ],
      aux: [ { kind: wasmimport, to: importrec } ] }
  - { name: importrec, kind: noptrdata, data: '03000000656e7602000000696d0200000000000000000000000001080000000000000001000000020000000000000000' }
  - { name: exportrec, kind: noptrdata, data: '0100000000000000000000000000000000' }
  - { name: 'type:main.T', group: nonpkg, kind: rodata, flags: [ dupok, gotype, typelink ],
      data: '18000000000000000800000000000000efbeadde0d0808360000000000000000000000000000000000000000000000000000000000000000000000000000000001000000000000000000000000000000000000000000000000000100010010000000000000000000000000000000000000000000',
      relocs: [ { type: R_ADDR, offset: 32, size: 8, to: gcbits }, { type: R_ADDROFF, offset: 40, size: 4, to: name },
                { type: R_METHODOFF, offset: 80, size: 4, to: 'type:main.S' }, { type: R_METHODOFF, offset: 84, size: 4, to: main.main },
                { type: R_METHODOFF, offset: 88, size: 4, to: main.main } ] }
  - { name: 'type:[2]main.T', group: nonpkg, kind: rodata, flags: [ dupok, gotype ],
      data: '30000000000000003000000000000000efbeadde000808110000000000000000000000000000000000000000000000000000000000000000000000000000000002000000000000000000',
      relocs: [ { type: R_ADDR, offset: 48, size: 8, to: 'type:main.T' }, { type: R_ADDR, offset: 32, size: 8, to: gcbits } ] }
  - { name: 'type:main.S', group: nonpkg, kind: rodata, flags: [ dupok, gotype ],
      data: '30000000000000003000000000000000efbeadde000808190000000000000000000000000000000000000000000000000000000000000000000000000000000002000000000000000200000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001800000000000000',
      relocs: [ { type: R_ADDR, offset: 32, size: 8, to: gcbits }, { type: R_ADDROFF, offset: 40, size: 4, to: name },
                { type: R_ADDR, offset: 88, size: 8, to: 'type:main.T' }, { type: R_ADDR, offset: 112, size: 8, to: 'type:main.T' } ] }
  - { name: 'type:main.I', group: nonpkg, kind: rodata, flags: [ dupok, gotype, usediniface ], size: 104,
      data: '10000000000000001000000000000000efbeadde00080814000000000000000000000000000000000000000000000000',
      relocs: [ { type: R_ADDROFF, offset: 96, size: 4, to: name }, { type: R_ADDROFF, offset: 100, size: 4, to: 'type:main.S' } ] }
  - { name: 'go:itab.main.T,main.I', group: nonpkg, kind: rodata, flags: [ dupok, itab ], size: 32,
      relocs: [ { type: R_ADDR, offset: 0, size: 8, to: 'type:main.I' }, { type: R_ADDR, offset: 8, size: 8, to: 'type:main.T' },
                { type: R_ADDR, offset: 24, size: 8, to: main.main } ] }
  - { name: add, group: nonpkg, kind: text, flags: [ wasmexport ], data: 00100b,
      relocs: [ { type: R_CALL, offset: 2, to: main.main } ], aux: [ { kind: wasmtype, to: exportrec } ] }
  - { name: shared.x, group: nonpkg, kind: noptrbss, size: 8, flags: [ dupok ] }
  - { name: 'go:string."hello"', group: hashed64, kind: rodata, flags: [ dupok ], text: hello }
  - { name: gcbits, group: hashed64, kind: rodata, flags: [ dupok ], data: '05' }
  - { name: name, group: hashed, kind: rodata, flags: [ dupok ], data: '010161' }
  - { name: runtime..inittask, group: ref }
refflags: [ { pkg: lib, index: 0, flag2: 1 } ]
refnames: [ { name: lib.F, pkg: lib, index: 0 } ]
)";

const std::string kLib = R"(
fingerprint: '4c49'
autolibs: [ { path: runtime, fingerprint: '5255' } ]
flags: [ std ]
files: [ src/lib.go ]
symbols:
  - name: lib.F
    kind: text
    data: 0041000b
    size: 2
    flags: [ reflectmethod ]
    relocs:
      - { type: R_ADDR, offset: 2, to: shared.x, addend: 4 }
      - { type: R_ADDR, offset: 2, to: lib.table }
      - { type: R_USEIFACE, to: 'go:itab.main.T,main.I' }
    aux: [ { kind: funcinfo, to: lib.F.info } ]
  - { name: lib.F.info, kind: rodata, data: FUNCINFO(9) }
  - { name: lib.table, kind: noptrdata, size: 32, align: 16,
      relocs: [ { type: R_ADDR, offset: 0, size: 8, to: lib.F }, { type: weak R_ADDROFF, offset: 8, size: 4, to: lib.F },
                { type: R_SIZE, offset: 16, size: 8, to: lib.table } ] }
  - { name: shared.x, group: nonpkg, kind: rodata, data: '0102030405060708', flags: [ dupok ] }
  - { name: 'go:string."hello"', group: hashed64, kind: rodata, flags: [ dupok ], text: hello }
  - { name: name, group: hashed, kind: rodata, flags: [ dupok ], data: '010161' }
  - { name: 'go:itab.main.T,main.I', group: ref }
)";

// An object as a file: in memory, under a name that open() takes.
class MemoryFile {
public:
  MemoryFile() : fd_(memfd_create("wald-fuzz", MFD_CLOEXEC)) {}
  std::string name() const { return "/proc/self/fd/" + std::to_string(fd_); }
  void set(Bytes bytes) {
    if (ftruncate(fd_, 0) || pwrite(fd_, bytes.data(), bytes.size(), 0) != ssize_t(bytes.size()))
      abort();
  }
  std::vector<uint8_t> contents() const {
    std::vector<uint8_t> bytes(lseek(fd_, 0, SEEK_END));
    if (pread(fd_, bytes.data(), bytes.size(), 0) != ssize_t(bytes.size()))
      abort();
    return bytes;
  }

private:
  int fd_; // for as long as the process lives
};

struct Member {
  std::vector<uint8_t> bytes;
  uint64_t payload = 0; // offset
};

constexpr const char *kPackages[] = {"main", "lib", "runtime"};
constexpr unsigned kNumFiles = std::size(kPackages);

// The program as it is before edits.
std::array<Member, kNumFiles> compile(int minor) {
  std::array<Member, kNumFiles> members;
  const std::string *texts[] = {&kMain, &kLib, &kRuntime};
  for (unsigned i = 0; i < kNumFiles; i++) {
    std::string version = "go1." + std::to_string(minor) + ".1";
    members[i].bytes =
        llvm::cantFail(objfile::object_from_yaml(test::complete_yaml(*texts[i], version)));
    members[i].payload =
        llvm::cantFail(objfile::parse_text_header(members[i].bytes)).payload_offset;
  }
  return members;
}

// -- Edits

// Where the header says that block n starts, in the member, and the size of one of its elements.
constexpr uint8_t kElementSizes[] = {16, 8,  8, 21, 21, 21, 21, 21, 10,
                                     8,  16, 4, 4,  4,  23, 9,  1,  16};
constexpr unsigned kNumBlocks = std::size(kElementSizes);
constexpr uint64_t kBlockOffsets = 20; // in the payload, a word each

void edit(Member &member, uint8_t what, uint32_t which, uint32_t value) {
  std::vector<uint8_t> &bytes = member.bytes;
  auto put = [&](uint64_t at, unsigned size) {
    for (unsigned i = 0; i < size && at + i < bytes.size(); i++)
      bytes[at + i] = i < 4 ? value >> 8 * i : value >> 31 ? 0xff : 0;
  };
  constexpr unsigned kOthers = 6;
  switch (what % (kNumBlocks + kOthers)) {
  case 0:
    return put(which % bytes.size(), 1);
  case 1:
    return put(which % bytes.size(), 4);
  case 2:
    return bytes.resize(which % (bytes.size() + 1));
  case 3: // a block's start, moved
    return put(member.payload + kBlockOffsets + 4 * (which % (kNumBlocks + 1)), 4);
  case 4: { // one record over another one of its block
    unsigned block = which % kNumBlocks;
    uint64_t header = member.payload + kBlockOffsets + 4 * block;
    if (header + 8 > bytes.size())
      return;
    uint64_t start = member.payload + load<uint32_t>(&bytes[header]), size = kElementSizes[block];
    uint64_t from = start + size * (value & 0xffff), to = start + size * (value >> 16);
    for (uint64_t i = 0; i < size; i++)
      if (from + i < bytes.size() && to + i < bytes.size())
        bytes[to + i] = bytes[from + i];
    return;
  }
  case 5: // anywhere in the tables
    return put(member.payload + which % (bytes.size() + 1), 8);
  default: { // a part of a record: which = 1 byte for the part, 3 for the record
    unsigned block = what % (kNumBlocks + kOthers) - kOthers;
    uint64_t header = member.payload + kBlockOffsets + 4 * block;
    if (header + 8 > bytes.size())
      return;
    uint64_t start = load<uint32_t>(&bytes[header]), end = load<uint32_t>(&bytes[header + 4]);
    uint64_t size = kElementSizes[block];
    if (end < start + size)
      return;
    uint64_t record = (which & 0xffffff) % ((end - start) / size);
    unsigned part = which >> 24;
    put(member.payload + start + record * size + part % size, part & 0x80 ? 1 : 4);
  }
  }
}

} // namespace

void fuzz_link(Bytes input) {
  static const std::array<std::array<Member, kNumFiles>, kNumVersions> programs = [] {
    std::array<std::array<Member, kNumFiles>, kNumVersions> all;
    for (int i = 0; i < kNumVersions; i++)
      all[i] = compile(objfile::kOldestGoMinor + i);
    return all;
  }();
  static std::array<MemoryFile, kNumFiles> files;
  static MemoryFile output;

  objfile::Cursor cursor(input);
  uint8_t choice = cursor.read<uint8_t>();
  std::array<Member, kNumFiles> members = programs[choice % kNumVersions];
  while (cursor.remaining() >= 10) {
    Member &member = members[cursor.read<uint8_t>() % kNumFiles];
    uint8_t what = cursor.read<uint8_t>();
    uint32_t which = cursor.read<uint32_t>();
    if (!member.bytes.empty())
      edit(member, what, which, cursor.read<uint32_t>());
  }

  LinkOptions options;
  options.threads = 1;
  options.have_importcfg = true;
  options.goos = "wasip1";
  options.build_id = std::string("id"); // gcc 12 warns about the assignment of a literal
  options.main_archive = files[0].name();
  options.output = output.name();
  options.build_mode = choice & 4 ? BuildMode::kCShared : BuildMode::kExe;
  options.strip_names = choice & 8;
  options.strict_dups = choice & 16 ? 1 : 0;
  options.prune_weak_map = !(choice & 32);
  options.check_linkname = !(choice & 64);
  if (choice & 128)
    options.string_values = {{"runtime.buildVersion", "x"}};
  for (unsigned i = 0; i < kNumFiles; i++) {
    files[i].set(members[i].bytes);
    options.package_files.emplace_back(kPackages[i], files[i].name());
  }

  LinkResult result = link(options);
  release(result);
  if (result.status == LinkStatus::kOk)
    (void)wasm::validate_module(output.contents());
}

} // namespace wald::fuzz
