// engine/jsonl/reader.h: lines with their places, whatever their lengths and ends.
#include "engine/jsonl/reader.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "engine/os/clock.h"
#include "tests/support/other_process.h"
#include "tests/support/workspace.h"

namespace bd {
namespace {

struct Seen {
  std::string text;
  int64_t number, offset;
  bool ended;
  friend bool operator==(const Seen&, const Seen&) = default;
};

std::vector<Seen> ReadAll(LineReader& reader) {
  std::vector<Seen> seen;
  Line line;
  while (Must(reader.Next(line)))
    seen.push_back({std::string(line.text), line.number, line.offset, line.ended});
  return seen;
}

os::Fd FileWith(const TemporaryDirectory& directory, std::string_view bytes) {
  Must(os::ReplaceFile(directory.Path("file"), bytes, 0644));
  return Must(os::OpenRead(directory.Path("file")));
}

TEST(LineReader, LinesKnowWhereTheyStand) {
  TemporaryDirectory directory;
  const os::Fd file = FileWith(directory, "one\n\n\r\nlast");
  LineReader reader(file);
  EXPECT_EQ(
      ReadAll(reader),
      (std::vector<Seen>{{"one", 1, 0, true}, {"", 2, 4, true}, {"\r", 3, 5, true}, {"last", 4, 7, false}}));
  EXPECT_EQ(reader.offset(), 11);
  LineReader later(file, 4);
  EXPECT_EQ(ReadAll(later).size(), 3);
}

TEST(LineReader, AnEmptyFileHasNoLine) {
  TemporaryDirectory directory;
  const os::Fd file = FileWith(directory, "");
  LineReader reader(file);
  EXPECT_TRUE(ReadAll(reader).empty());
}

// Around the sizes at which the buffer is filled, moved and grown.
TEST(LineReader, LinesOfAnyLengthComeWhole) {
  TemporaryDirectory directory;
  std::string bytes;
  std::vector<std::string> lines;
  for (size_t length : {0, 1, 262143, 262144, 262145, 5, 600000, 3, 1500000, 7, 262143}) {
    lines.push_back(std::string(length, static_cast<char>('a' + lines.size())));
    bytes += lines.back() + "\n";
  }
  const os::Fd file = FileWith(directory, bytes);
  LineReader reader(file);
  const std::vector<Seen> seen = ReadAll(reader);
  ASSERT_EQ(seen.size(), lines.size());
  for (size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(seen[i].text, lines[i]) << i;
  EXPECT_EQ(reader.offset(), static_cast<int64_t>(bytes.size()));
}

TEST(LineReader, AStreamIsReadAsItComes) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  os::Fd from(ends[0]), to(ends[1]);
  Meanwhile writer([&] {
    for (const char* piece : {"o", "ne\ntw", "o\nthree"}) {
      Must(os::Write(to, piece));
      os::SleepMs(20);
    }
    return true;
  });
  to.Close();
  LineReader reader = LineReader::FromStream(from.get());
  EXPECT_EQ(ReadAll(reader),
            (std::vector<Seen>{{"one", 1, 0, true}, {"two", 2, 4, true}, {"three", 3, 8, false}}));
}

TEST(LineReader, ALineWithoutEndIsRefusedBeforeMemoryIs) {
  os::Fd zero = Must(os::OpenRead("/dev/zero"));
  LineReader reader = LineReader::FromStream(zero.get());
  Line line;
  const Result<bool> next = reader.Next(line);
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().code, Code::kInvalid);
  EXPECT_EQ(next.error().message, "line 1 is longer than 64 MiB");
}

TEST(LeadingIdOf, IsTheIdOfALineInTheUsualForm) {
  EXPECT_EQ(LeadingId(R"({"id":"bd-1","title":"x"})"), "bd-1");
  EXPECT_EQ(LeadingId(R"({"id":"bd-1")"), "bd-1");
  for (const char* line : {R"({ "id":"bd-1"})", R"({"id": "bd-1"})", R"({"title":"x","id":"bd-1"})",
                           R"({"id":"bd\u002d1"})", R"({"id":"bd-1)", R"({"id":1})", "", "{"}) {
    EXPECT_EQ(LeadingId(line), "") << line;
  }
}

TEST(ConflictMarkers, AreThoseThatGitWrites) {
  for (const char* line :
       {"<<<<<<< HEAD", "||||||| base", "=======", ">>>>>>> branch", "=======\r", "<<<<<<<"})
    EXPECT_TRUE(IsConflictMarker(line)) << line;
  for (const char* line : {"", "<<<<<<", "========", "{\"a\":\"=======\"}", "======= x", "<<<<<<<<"})
    EXPECT_FALSE(IsConflictMarker(line)) << line;
}

}  // namespace
}  // namespace bd
