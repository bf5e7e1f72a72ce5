#include "bd/progress.h"

#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/environment.h"
#include "engine/os/files.h"

namespace bd {

namespace {

constexpr int kStandardError = 2;
constexpr int64_t kQuietMs = 1000;
constexpr int64_t kEveryMs = 200;

}  // namespace

Progress MakeProgress() {
  if (!os::IsTerminal(kStandardError)) return {};
  const int64_t begin = os::MonotonicMs();
  return [begin, shown = int64_t{0}](int64_t done, int64_t total) mutable {
    const int64_t now = os::MonotonicMs();
    if (now - begin < kQuietMs || now - shown < kEveryMs || total <= 0) return;
    shown = now;
    (void)os::Write(kStandardError, Cat("\rworking on the issues file: ", done * 100 / total, " % "));
    if (done >= total) (void)os::Write(kStandardError, "\r\x1b[K");
  };
}

}  // namespace bd
