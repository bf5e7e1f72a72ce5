// Parts of the engine, by Google Benchmark: what one line, one hash, one question costs.
#include <benchmark/benchmark.h>

#include <string>

#include "engine/base/hash.h"
#include "engine/query/list.h"
#include "engine/query/ready.h"
#include "engine/storage/blocked.h"
#include "engine/storage/bulk.h"
#include "engine/storage/store.h"
#include "engine/types/content_hash.h"
#include "engine/types/issue_json.h"

namespace bd {
namespace {

// A line as agents write them: about 1 KB with prose, labels, two edges and a comment.
std::string SampleLine(int number) {
  const std::string id = "bench-" + std::to_string(number);
  std::string prose;
  for (int i = 0; i < 8; ++i) prose += "The queue is drained before the lock is let go; see \\\"drain\\\". ";
  std::string edges =
      R"("dependencies":[{"issue_id":")" + id + R"(","depends_on_id":"bench-)" + std::to_string(number / 2) +
      R"(","type":"blocks","created_at":"2025-11-02T10:00:00.123456789Z","created_by":"ann"}])";
  return R"({"id":")" + id + R"(","title":"Drain the queue before closing","description":")" + prose +
         R"(","status":"open","priority":2,"issue_type":"task","owner":"ann@example.com",)" +
         R"("created_at":"2025-11-01T09:30:00.5Z","created_by":"ann","updated_at":"2025-11-03T08:00:00Z",)" +
         R"("labels":["queue","locking"],)" + edges + R"(,"comments":[{"id":1,"issue_id":")" + id +
         R"(","author":"ben","text":"Seen again today.","created_at":"2025-11-02T12:00:00Z"}]})";
}

Issue SampleIssue() { return ParseIssueLine(SampleLine(1)).value().issue; }

void ParseLine(benchmark::State& state) {
  const std::string line = SampleLine(1);
  for (auto _ : state) benchmark::DoNotOptimize(ParseIssueLine(line));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(line.size()));
}
BENCHMARK(ParseLine);

void WriteLine(benchmark::State& state) {
  const Issue issue = SampleIssue();
  for (auto _ : state) benchmark::DoNotOptimize(IssueLine(issue));
}
BENCHMARK(WriteLine);

void HashContent(benchmark::State& state) {
  const Issue issue = SampleIssue();
  for (auto _ : state) benchmark::DoNotOptimize(ContentHash(issue));
}
BENCHMARK(HashContent);

void HashLineIdentity(benchmark::State& state) {
  const std::string line = SampleLine(1);
  for (auto _ : state) benchmark::DoNotOptimize(HashLine(line));
}
BENCHMARK(HashLineIdentity);

// --- Questions to a store of that many issues, in memory

Store FilledStore(int64_t count) {
  Store store = Store::InMemory().value();
  Tx tx = store.BeginWrite().value();
  BulkLoad load(tx);
  (void)load.Begin();
  for (int number = 1; number <= count; ++number) {
    (void)load.Insert(ParseIssueLine(SampleLine(number)).value().issue);
  }
  (void)load.Finish({ParseTime("2025-11-03T08:00:00Z").value(), "bench", false});
  (void)RebuildBlocked(tx);
  (void)store.Commit(std::move(tx));
  return store;
}

void AskReady(benchmark::State& state) {
  Store store = FilledStore(state.range(0));
  ReadyFilter filter;
  filter.limit = 10;
  filter.now = ParseTime("2025-11-04T08:00:00Z").value();
  for (auto _ : state) {
    Tx tx = store.BeginRead().value();
    benchmark::DoNotOptimize(ReadyIssues(tx, filter, {}));
  }
}
BENCHMARK(AskReady)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMicrosecond);

void AskList(benchmark::State& state) {
  Store store = FilledStore(state.range(0));
  ListOptions options;
  options.limit = 50;
  for (auto _ : state) {
    Tx tx = store.BeginRead().value();
    benchmark::DoNotOptimize(ListIssues(tx, {}, options, {.labels = true}));
  }
}
BENCHMARK(AskList)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMicrosecond);

// One change of an edge: must not grow with the store.
void UpdateOneBlocked(benchmark::State& state) {
  Store store = FilledStore(state.range(0));
  Tx tx = store.BeginWrite().value();
  const std::vector<std::string> changed{"bench-" + std::to_string(state.range(0) - 1)};
  for (auto _ : state) benchmark::DoNotOptimize(UpdateBlocked(tx, changed));
}
BENCHMARK(UpdateOneBlocked)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace bd

BENCHMARK_MAIN();
