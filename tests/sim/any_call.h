// Calls drawn at random, on few names, descriptors and ranges, so that they meet. The first value of a table
// is the plainest: shrinking goes there.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <rapidcheck.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include <tuple>
#include <vector>

#include "tests/sim/call.h"

namespace sim_test {

inline constexpr const char* kPaths[] = {
    "a",    "b",    "d",    "d/a",    "d/b",  "d/e",    "d/e/a", "s",           "a",      "b",
    "d/a",  "s/a",  "t",    "a/",     "d/",   "s/",     "./a",   "d/../a",      "..",     ".",
    "d/.",  "d/..", "/w/a", "/w/d/e", "/",    "",       "/x",    "../w/d/../b", "none/a", "%L",
    "d/%L", "%M",   "a/.",  "d/e/..", "d//e", "//w//b", "%P",    "a/b",         "t/a",    "../.."};
inline constexpr const char* kTargets[] = {"a",    "d",  "d/a", "t", "s", "/w/d", "../a",
                                           "none", "d/", ".",   "",  "/", "d/e/"};
inline constexpr int kOpenFlags[] = {O_RDWR | O_CREAT,
                                     O_RDONLY,
                                     O_RDWR,
                                     O_WRONLY,
                                     O_RDWR | O_CREAT | O_EXCL,
                                     O_WRONLY | O_CREAT | O_TRUNC,
                                     O_WRONLY | O_CREAT | O_APPEND,
                                     O_RDWR | O_APPEND,
                                     O_RDONLY | O_DIRECTORY,
                                     O_RDONLY,
                                     O_RDWR,
                                     O_RDONLY | O_NOFOLLOW,
                                     O_RDWR | O_CREAT | O_NOFOLLOW,
                                     O_RDONLY | O_TRUNC,
                                     O_RDONLY | O_CREAT,
                                     O_RDWR | O_CLOEXEC,
                                     O_RDONLY | O_CREAT | O_DIRECTORY,
                                     O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                                     O_RDWR | O_TRUNC,
                                     O_WRONLY | O_CREAT | O_EXCL};
inline constexpr int kModes[] = {0644, 0755, 0600, 0700, 0, 0444, 0222, 0555, 0311, 0777, 0111, 0640, 0750};
inline constexpr int kDescriptors[] = {3, 4, 5, 6, 3, 4, 5, 3, 7, 8, -1};
inline constexpr int64_t kCounts[] = {3, 1, 10, 100, 0, 4096, 5000};
inline constexpr int64_t kOffsets[] = {0, 1, 5, 100, 10, 300, 4095, 5000, -1};
inline constexpr int64_t kSteps[] = {0, 1, 5, -1, -5, 100, 5000};
inline constexpr int64_t kStarts[] = {0, 1, 5, 10, 3, 100, -1, -5, int64_t{1} << 62};
inline constexpr int64_t kLengths[] = {1, 0, 5, 10, 3, 100, -1, -3, int64_t{1} << 62};
inline constexpr int kLockCommands[] = {F_SETLK, F_GETLK, F_SETLK, F_OFD_SETLK, F_OFD_GETLK, F_SETLK};
inline constexpr int kLockTypes[] = {F_WRLCK, F_RDLCK, F_UNLCK, F_RDLCK, F_WRLCK, F_UNLCK, 7};
inline constexpr int kFlocks[] = {LOCK_EX, LOCK_SH, LOCK_UN, LOCK_EX, LOCK_SH, 0};
inline constexpr unsigned kRenames[] = {
    0, 0, 0, RENAME_NOREPLACE, RENAME_EXCHANGE, RENAME_NOREPLACE | RENAME_EXCHANGE};
inline constexpr int64_t kUsers[] = {-1, 1000, 1001, 0};

// Of sockets: few names, so that they meet.
inline constexpr const char* kSocketPaths[] = {"b",  "d/b", "b",      "d/b", "b",  "a",  "d/a",  "t",
                                               "b/", "d",   "none/b", "a/b", "%L", "%M", "/w/b", ".."};
inline constexpr int64_t kSocketCounts[] = {3, 1, 10, 100, 0, 4096, 5000, 40'000, 120'000, 250'000};
inline constexpr int kBacklogs[] = {1, 0, 5, 100, -1, 10'000};
inline constexpr short kEvents[] = {POLLIN | POLLOUT, POLLIN, POLLOUT, 0, POLLIN | POLLOUT | POLLRDHUP};

struct Weight {
  Op op;
  int weight;
};
inline constexpr Weight kWeights[] = {
    {Op::kOpen, 24},  {Op::kClose, 8},      {Op::kDup, 2},      {Op::kDup2, 3},     {Op::kGetFd, 1},
    {Op::kSetFd, 1},  {Op::kGetFlags, 1},   {Op::kSetFlags, 2}, {Op::kRead, 3},     {Op::kPread, 3},
    {Op::kWrite, 6},  {Op::kPwrite, 5},     {Op::kSeek, 3},     {Op::kTruncate, 3}, {Op::kCopy, 3},
    {Op::kSync, 1},   {Op::kStat, 6},       {Op::kLstat, 4},    {Op::kFstat, 5},    {Op::kAccess, 3},
    {Op::kMkdir, 6},  {Op::kRmdir, 4},      {Op::kUnlink, 5},   {Op::kLink, 4},     {Op::kSymlink, 4},
    {Op::kRename, 9}, {Op::kReadlink, 2},   {Op::kList, 3},     {Op::kChdir, 3},    {Op::kGetcwd, 1},
    {Op::kChmod, 3},  {Op::kFchmod, 1},     {Op::kFchown, 2},   {Op::kUtime, 2},    {Op::kFutime, 1},
    {Op::kFlock, 6},  {Op::kRecordLock, 16}};
inline constexpr Weight kSocketWeights[] = {
    {Op::kSocket, 6},   {Op::kBind, 6},  {Op::kListen, 4},   {Op::kConnect, 8}, {Op::kAccept, 8},
    {Op::kReceive, 8},  {Op::kSend, 8},  {Op::kShutdown, 3}, {Op::kPeer, 3},    {Op::kPoll, 12},
    {Op::kClose, 6},    {Op::kDup, 1},   {Op::kDup2, 1},     {Op::kGetFd, 1},   {Op::kGetFlags, 1},
    {Op::kRead, 2},     {Op::kWrite, 2}, {Op::kPread, 1},    {Op::kPwrite, 1},  {Op::kSeek, 1},
    {Op::kTruncate, 1}, {Op::kSync, 1},  {Op::kStat, 2},     {Op::kFstat, 2},   {Op::kUnlink, 3},
    {Op::kRename, 4},   {Op::kLink, 1},  {Op::kChmod, 3},    {Op::kFchmod, 2},  {Op::kOpen, 2},
    {Op::kSymlink, 1},  {Op::kCopy, 1},  {Op::kFlock, 1},    {Op::kAccess, 1}};

template <typename Table>
auto Pick(const Table& table, uint32_t at) {
  return table[at % std::size(table)];
}

inline void FillNameCall(Call& call, uint32_t x, uint32_t y, uint32_t z) {
  SetText(call.path, call.op == Op::kSymlink ? Pick(kTargets, x) : Pick(kPaths, x));
  SetText(call.path2, Pick(kPaths, y));
  switch (call.op) {
    case Op::kOpen:
      call.a = Pick(kOpenFlags, y);
      call.b = Pick(kModes, z);
      break;
    case Op::kAccess: call.a = z % 9; break;
    case Op::kMkdir: call.a = Pick(kModes, z + 1); break;
    case Op::kChmod: call.a = Pick(kModes, z); break;
    case Op::kRename: call.a = Pick(kRenames, z); break;
    case Op::kUtime: call.a = z % 3; break;
    default: break;
  }
}

inline void FillDescriptorCall(Call& call, uint32_t x, uint32_t y, uint32_t z, uint32_t w) {
  switch (call.op) {
    case Op::kRead:
    case Op::kWrite:
    case Op::kPread:
    case Op::kPwrite:
      call.a = Pick(kCounts, x);
      call.b = Pick(kOffsets, y);
      call.c = z % 26;
      break;
    case Op::kSeek:
      call.a = Pick(kSteps, x);
      call.b = y % 4 == 3 && z % 4 != 0 ? 0 : y % 4 == 3 ? 9 : y % 4;
      break;
    case Op::kTruncate: call.a = Pick(kOffsets, x); break;
    case Op::kCopy:
      call.a = Pick(kDescriptors, x);
      call.b = y % 3 == 0 ? -1 : Pick(kOffsets, y / 3);
      call.c = z % 3 == 0 ? -1 : Pick(kOffsets, z / 3);
      call.d = Pick(kCounts, w);
      break;
    case Op::kDup:
      call.a = x % 9 == 8 ? -1 : x % 9 == 7 ? 5000 : 3 + x % 6;
      call.b = y % 2;
      break;
    case Op::kDup2: call.a = x % 9 == 8 ? -1 : x % 9 == 7 ? 5000 : 3 + x % 6; break;
    case Op::kSetFd: call.a = x % 2; break;
    case Op::kSetFlags: call.a = x % 3 == 0 ? O_APPEND : x % 3 == 1 ? 0 : O_NONBLOCK; break;
    case Op::kFchmod: call.a = Pick(kModes, x); break;
    case Op::kFchown:
      call.a = Pick(kUsers, x);
      call.b = Pick(kUsers, y);
      break;
    case Op::kFutime: call.a = x % 3; break;
    case Op::kFlock: call.a = Pick(kFlocks, x) | LOCK_NB; break;
    case Op::kRecordLock:
      call.a = Pick(kLockCommands, x);
      call.b = Pick(kLockTypes, x / 8);
      call.c = Pick(kStarts, y);
      call.d = Pick(kLengths, z);
      SetText(call.path, w % 8 < 5 ? "0" : w % 8 == 5 ? "1" : w % 8 == 6 ? "2" : w % 64 == 7 ? "3" : "0");
      SetText(call.path2, (w / 64) % 16 == 15 ? "p" : "");
      break;
    default: break;
  }
}

inline void FillSocketCall(Call& call, uint32_t x, uint32_t y, uint32_t z) {
  SetText(call.path, Pick(kSocketPaths, x));
  SetText(call.path2, Pick(kSocketPaths, y));
  switch (call.op) {
    case Op::kSocket:
    case Op::kAccept: call.b = x % 2; break;
    case Op::kListen: call.a = Pick(kBacklogs, x); break;
    case Op::kReceive:
    case Op::kSend:
      call.a = Pick(kSocketCounts, x);
      call.c = z % 26;
      break;
    case Op::kShutdown: call.a = x % 16 == 15 ? 3 : x % 3; break;
    case Op::kPoll: call.a = Pick(kEvents, x); break;
    default: break;
  }
}

// What a row of calls is mostly about: calls of all kinds seldom meet.
enum class Theme { kAll, kLocks, kNames, kSockets };

inline std::ostream& operator<<(std::ostream& out, Theme theme) { return out << static_cast<int>(theme); }

inline int WeightIn(Theme theme, const Weight& weight) {
  const bool locks = weight.op == Op::kFlock || weight.op == Op::kRecordLock;
  const bool descriptors = weight.op == Op::kClose || weight.op == Op::kDup || weight.op == Op::kDup2;
  const bool names = (weight.op >= Op::kStat && weight.op <= Op::kChdir && weight.op != Op::kFstat);
  switch (theme) {
    case Theme::kAll: return weight.weight;
    case Theme::kLocks:
      return locks ? 8 * weight.weight : descriptors || weight.op == Op::kOpen ? weight.weight : 0;
    case Theme::kNames: return names ? weight.weight : 0;
    case Theme::kSockets: break;
  }
  return 0;
}

// Its process is 0 or 1; one in seven is the third's or the superuser's.
inline rc::Gen<Call> AnyCall(Theme theme) {
  std::vector<Op> ops;
  const bool sockets = theme == Theme::kSockets;
  for (const Weight& weight : kSocketWeights) {
    if (sockets) ops.insert(ops.end(), static_cast<size_t>(weight.weight), weight.op);
  }
  for (const Weight& weight : kWeights) {
    ops.insert(ops.end(), static_cast<size_t>(WeightIn(theme, weight)), weight.op);
  }
  const auto number = rc::gen::inRange<uint32_t>(0, 1 << 16);
  return rc::gen::map(
      rc::gen::tuple(rc::gen::elementOf(ops), rc::gen::element(0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 2, 3),
                     rc::gen::inRange<uint32_t>(0, 110), number, number, number, number),
      [theme](const std::tuple<Op, int, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t>& drawn) {
        const auto& [op, process, fd, x, y, z, w] = drawn;
        const bool few = theme == Theme::kLocks;
        Call call;
        call.op = op;
        call.process = process;
        call.fd = Pick(kDescriptors, few ? fd % 4 : fd);
        FillNameCall(call, few ? x % 2 : x, y, z);
        FillDescriptorCall(call, x, y, z, w);
        if (theme == Theme::kSockets) FillSocketCall(call, x, y, z);
        return call;
      });
}

}  // namespace sim_test
