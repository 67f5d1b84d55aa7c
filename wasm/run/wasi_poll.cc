// WASI preview 1: poll_oneoff, which is how a Go program sleeps and waits for standard input.
#include "wasm/run/wasi_host.h"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <time.h>

namespace wald::wasm {

namespace {

using namespace llvm::support::endian;

// Layout of preview 1's subscription and event records.
constexpr uint64_t kSubscriptionSize = 48;
constexpr uint64_t kEventSize = 32;
// More than the 65,535 that a Go program can have; keeps the host's own tables small.
constexpr uint32_t kMaxSubscriptions = 1 << 17;

enum class EventType : uint8_t { clock = 0, fd_read = 1, fd_write = 2 };

constexpr uint16_t kClockAbsolute = 1;
constexpr uint16_t kHangup = 1;
constexpr uint64_t kNever = UINT64_MAX;

struct Subscription {
  uint64_t userdata;
  EventType type;
  WasiErrno error = WasiErrno::success; // not success: an event at once
  uint64_t deadline_ns = kNever;        // on the monotonic clock
  size_t poll_index = 0;                // into the host's poll list
};

uint64_t now_ns(clockid_t clock) {
  timespec time = {};
  ::clock_gettime(clock, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1000000000 + static_cast<uint64_t>(time.tv_nsec);
}

uint64_t saturating_add(uint64_t a, uint64_t b) {
  return a > kNever - b ? kNever : a + b;
}

void decode_clock(const uint8_t *record, uint64_t start_ns, Subscription &out) {
  uint32_t clock = read32le(record + 16);
  uint64_t timeout_ns = read64le(record + 24);
  if (clock > 1) {
    out.error = WasiErrno::notsup;
    return;
  }
  if (read16le(record + 40) & kClockAbsolute) {
    uint64_t now = now_ns(clock == 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC);
    timeout_ns = timeout_ns > now ? timeout_ns - now : 0;
  }
  out.deadline_ns = saturating_add(start_ns, timeout_ns);
}

void decode_fd(Wasi &wasi, const uint8_t *record, std::vector<pollfd> &polls, Subscription &out) {
  OpenFile *file = wasi.files().find(read32le(record + 16));
  if (!file) {
    out.error = WasiErrno::badf;
    return;
  }
  out.poll_index = polls.size();
  short events = out.type == EventType::fd_read ? POLLIN : POLLOUT;
  polls.push_back({file->host_fd.get(), events, 0});
}

// Waits for a file or the deadline, whichever is first. The wait is cut into pieces of at most an
// hour, so that a far deadline cannot overflow the host's time.
WasiErrno wait_for_events(std::vector<pollfd> &polls, uint64_t deadline_ns, bool is_ready) {
  while (true) {
    uint64_t now = now_ns(CLOCK_MONOTONIC);
    uint64_t wait_ns = is_ready || deadline_ns <= now ? 0 : deadline_ns - now;
    wait_ns = std::min<uint64_t>(wait_ns, 3600ull * 1000000000);
    timespec timeout = {static_cast<time_t>(wait_ns / 1000000000),
                        static_cast<long>(wait_ns % 1000000000)};
    int count = ::ppoll(polls.data(), polls.size(), &timeout, nullptr);
    if (count < 0 && errno != EINTR)
      return to_wasi_errno(errno);
    if (count > 0 || is_ready || now_ns(CLOCK_MONOTONIC) >= deadline_ns)
      return WasiErrno::success;
  }
}

void encode_event(const Subscription &subscription, uint16_t flags, uint8_t *out) {
  std::fill(out, out + kEventSize, 0);
  write64le(out, subscription.userdata);
  write16le(out + 8, static_cast<uint16_t>(subscription.error));
  out[10] = static_cast<uint8_t>(subscription.type);
  if (subscription.type != EventType::clock) {
    write64le(out + 16, 1); // how much can be read is not known
    write16le(out + 24, flags);
  }
}

} // namespace

WasiErrno poll_oneoff(Wasi &wasi, const WasiCall &call) {
  uint32_t count = call.u32(2);
  if (count == 0 || count > kMaxSubscriptions)
    return WasiErrno::inval;
  const uint8_t *records = call.memory.at(call.u32(0), count * kSubscriptionSize);
  uint8_t *events = call.memory.at(call.u32(1), count * kEventSize);
  if (!records || !events || !call.memory.at(call.u32(3), 4))
    return WasiErrno::fault;

  std::vector<Subscription> subscriptions(count);
  std::vector<pollfd> polls;
  uint64_t start_ns = now_ns(CLOCK_MONOTONIC), deadline_ns = kNever;
  bool is_ready = false;
  for (Subscription &subscription : subscriptions) {
    subscription.userdata = read64le(records);
    subscription.type = static_cast<EventType>(records[8]);
    if (subscription.type > EventType::fd_write)
      return WasiErrno::inval;
    if (subscription.type == EventType::clock)
      decode_clock(records, start_ns, subscription);
    else
      decode_fd(wasi, records, polls, subscription);
    deadline_ns = std::min(deadline_ns, subscription.deadline_ns);
    is_ready |= subscription.error != WasiErrno::success;
    records += kSubscriptionSize;
  }
  if (WasiErrno error = wait_for_events(polls, deadline_ns, is_ready); error != WasiErrno::success)
    return error;

  uint64_t end_ns = now_ns(CLOCK_MONOTONIC);
  uint32_t event_count = 0;
  for (const Subscription &subscription : subscriptions) {
    bool is_failed = subscription.error != WasiErrno::success;
    bool is_fd = subscription.type != EventType::clock && !is_failed;
    short happened = is_fd ? polls[subscription.poll_index].revents : 0;
    if (is_failed || happened || subscription.deadline_ns <= end_ns)
      encode_event(subscription, happened & POLLHUP ? kHangup : 0,
                   events + kEventSize * event_count++);
  }
  call.write_u32(call.u32(3), event_count);
  return WasiErrno::success;
}

} // namespace wald::wasm
