#include "bd/daemon/metrics.h"

#include <algorithm>
#include <numeric>

namespace bd {

namespace {

constexpr size_t kSamples = 1000;

}  // namespace

void Metrics::Note(const std::string& operation, bool failed, int64_t nanoseconds) {
  Counted& counted = operations_[operation];
  if (counted.samples.size() < kSamples) {
    counted.samples.push_back(nanoseconds);
  } else {
    counted.samples[static_cast<size_t>(counted.total) % kSamples] = nanoseconds;
  }
  ++counted.total;
  counted.failed += failed ? 1 : 0;
}

void Metrics::Write(JsonWriter& out) const {
  std::vector<std::pair<const std::string*, const Counted*>> order;
  for (const auto& [name, counted] : operations_) order.emplace_back(&name, &counted);
  std::ranges::stable_sort(order, std::greater(), [](const auto& entry) { return entry.second->total; });
  auto number = [&out](std::string_view key, int64_t value) {
    out.Key(key);
    out.Int(value);
  };
  out.BeginArray();
  for (const auto& [name, counted] : order) {
    out.BeginObject();
    out.Key("operation");
    out.String(*name);
    number("total_count", counted->total);
    number("success_count", counted->total - counted->failed);
    number("error_count", counted->failed);
    WriteLatency(out, *counted);
    out.EndObject();
  }
  out.EndArray();
}

void Metrics::WriteLatency(JsonWriter& out, const Counted& counted) {
  std::vector<int64_t> sorted = counted.samples;
  std::ranges::sort(sorted);
  auto milliseconds = [&out](std::string_view key, int64_t nanoseconds) {
    out.Key(key);
    out.Double(static_cast<double>(nanoseconds) / 1e6);
  };
  auto percentile = [&sorted](size_t percent) { return sorted[(sorted.size() - 1) * percent / 100]; };
  out.Key("latency");
  out.BeginObject();
  milliseconds("min_ms", sorted.front());
  milliseconds("p50_ms", percentile(50));
  milliseconds("p95_ms", percentile(95));
  milliseconds("p99_ms", percentile(99));
  milliseconds("max_ms", sorted.back());
  const int64_t sum = std::accumulate(sorted.begin(), sorted.end(), int64_t{0});
  milliseconds("avg_ms", sum / static_cast<int64_t>(sorted.size()));
  out.EndObject();
}

}  // namespace bd
