// Text, JSON, times, hashes and results: the cases that the laws do not say by name.
#include <gtest/gtest.h>

#include "engine/base/hash.h"
#include "engine/base/json.h"
#include "engine/base/result.h"
#include "engine/base/text.h"
#include "engine/base/time.h"

namespace bd {
namespace {

// --- Text

TEST(Text, IntegersAreDecimalWithinTheirRangeAndNothingElse) {
  EXPECT_EQ(ParseInt("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(ParseInt("-17"), -17);
  EXPECT_EQ(ParseInt("+5"), 5);
  for (const char* text :
       {"", "-", "+-5", "9223372036854775808", "1 ", "0x1", "1.0", "99999999999999999999"}) {
    EXPECT_FALSE(ParseInt(text).has_value()) << text;
  }
}

TEST(Text, AListDropsWhatIsEmptyAndASplitDoesNot) {
  EXPECT_EQ(SplitList(" a, ,b ,,"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(Split("a,,b,", ','), (std::vector<std::string>{"a", "", "b", ""}));
  EXPECT_EQ(Split("", ','), std::vector<std::string>{""});
}

TEST(Text, APartIsFoundInAnyLetterCaseWhereverItStands) {
  EXPECT_TRUE(ContainsFold("xxBlockED", "blocked"));
  EXPECT_TRUE(ContainsFold("aab", "AB"));
  EXPECT_TRUE(ContainsFold("x", ""));
  EXPECT_FALSE(ContainsFold("block", "blocked"));
  EXPECT_FALSE(ContainsFold("ÄB", "äb"));  // ASCII only
}

// Sequences that are too long for what they say, surrogates, and what is beyond Unicode.
TEST(Text, OnlyShortestSequencesOfCharactersAreUtf8) {
  EXPECT_TRUE(IsValidUtf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf"));
  for (const char* text : {"\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                           "\xff", "\x80", "\xc3", "abcdefgh\xe2\x82"}) {
    EXPECT_FALSE(IsValidUtf8(text)) << Hex(text);
  }
  EXPECT_EQ(ReplaceInvalidUtf8("a\xed\xa0\x80z"), "a\uFFFD\uFFFD\uFFFDz");  // one for each bad byte
}

TEST(Text, WidthCountsWhatATerminalShows) {
  EXPECT_EQ(DisplayWidth("abc"), 3);
  EXPECT_EQ(DisplayWidth("中e\u0301😀"), 5);
  EXPECT_EQ(FitWidth("abcdef", 4), "abc…");
  EXPECT_EQ(FitWidth("中中中", 4), "中…");
  EXPECT_EQ(FitWidth("abcd", 4), "abcd");
}

TEST(Text, TheDistanceOfWordsCountsEdits) {
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3);
  EXPECT_EQ(EditDistance("", "abc"), 3);
  EXPECT_EQ(EditDistance("list", "list"), 0);
}

TEST(Text, TruthIsSpeltAsFlagsAndTheEnvironmentSpellIt) {
  for (const char* text : {"1", "t", "TRUE", "yes", "On"}) EXPECT_EQ(ParseBool(text), true) << text;
  for (const char* text : {"0", "f", "False", "no", "OFF"}) EXPECT_EQ(ParseBool(text), false) << text;
  EXPECT_FALSE(ParseBool("2").has_value());
  EXPECT_FALSE(ParseBool("").has_value());
}

// --- JSON

TEST(Json, StringsAreEscapedAsInTheFile) {
  EXPECT_EQ(JsonString("<a href=\"x\">&\\/\n\r\t\b\f\x01\x1f\x7f"),
            R"("\u003ca href=\"x\"\u003e\u0026\\/\n\r\t\b\f\u0001\u001f)"
            "\x7f\"");
  EXPECT_EQ(JsonString("é\u2028\u2029😀"), "\"é\\u2028\\u2029😀\"");
  EXPECT_EQ(JsonString("a\xff\xc3z"), R"("a\ufffd\ufffdz")");
  EXPECT_EQ(JsonString(std::string_view("\0", 1)), R"("\u0000")");
}

TEST(Json, CompactingTakesAwayBlanksBetweenTokensOnly) {
  EXPECT_EQ(CompactJson("{ \"a b\" : [ 1 , \"x, y\" ,{ } , [ ] ] }"), R"({"a b":[1,"x, y",{},[]]})");
  EXPECT_EQ(CompactJson(R"(["\"<",1.50])"), R"(["\"\u003c",1.50])");
}

TEST(Json, IndentationIsTwoBlanksALevel) {
  std::string text;
  JsonWriter(text, JsonWriter::Form::kIndented).Raw(R"({"a":[1,{}],"b":[]})");
  EXPECT_EQ(text, "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
}

TEST(Json, DeepNestingIsRefusedBeforeTheStackIsUsed) {
  auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(JsonDocument::Parse(nested(kJsonDepthMax)).has_value());
  EXPECT_FALSE(JsonDocument::Parse(nested(kJsonDepthMax + 1)).has_value());
  EXPECT_FALSE(JsonDocument::Parse(std::string(10'000'000, '[')).has_value());
  EXPECT_TRUE(JsonProblem(nested(kJsonDepthMax + 1)).has_value());
  // Brackets inside of strings nest nothing.
  EXPECT_TRUE(JsonDocument::Parse("\"" + std::string(100, '[') + "\\\"[\"").has_value());
}

TEST(Json, OfAKeyThatStandsTwiceTheLastOneCounts) {
  const auto document = JsonDocument::Parse(R"({"a":1,"a":2})");
  EXPECT_EQ(document->root().Find("a")->AsInt(), 2);
}

TEST(Json, WholeNumbersMayBeWrittenWithAFraction) {
  const auto document = JsonDocument::Parse(R"([2.0,2.5,1e3,1e30,9223372036854775808])");
  const JsonValue list = document->root();
  EXPECT_EQ(list.At(0).AsInt(), 2);
  EXPECT_FALSE(list.At(1).AsInt().has_value());
  EXPECT_EQ(list.At(2).AsInt(), 1000);
  EXPECT_FALSE(list.At(3).AsInt().has_value());
  EXPECT_FALSE(list.At(4).AsInt().has_value());
}

TEST(Json, WhatIsNoJsonIsRefused) {
  for (const char* text :
       {"", "{", "{\"a\":1,}", "[1 2]", "nul", "\"\xff\"", "1 2", "{\"a\" 1}", "\"\\ud80\""}) {
    EXPECT_FALSE(JsonDocument::Parse(text).has_value()) << text;
    EXPECT_TRUE(JsonProblem(text).has_value()) << text;
  }
}

// --- Times

TEST(Time, BothFormsOfTheDatabaseAreRead) {
  EXPECT_EQ(FormatTime(*ParseTime("2024-01-02 03:04:05")), "2024-01-02T03:04:05Z");
  EXPECT_EQ(FormatTime(*ParseTime("2024-01-02 03:04:05.250")), "2024-01-02T03:04:05.25Z");
  EXPECT_EQ(FormatTime(*ParseTime("2024-01-02 03:04:05.5+02:00")), "2024-01-02T03:04:05.5+02:00");
  EXPECT_FALSE(ParseRfc3339("2024-01-02 03:04:05").has_value());
}

TEST(Time, TheZeroTimeIsTheDefault) {
  EXPECT_EQ(FormatTime(Time()), "0001-01-01T00:00:00Z");
  EXPECT_TRUE(ParseTime("0001-01-01T00:00:00Z")->IsZero());
}

TEST(Time, FractionsBeyondNanosecondsAreCut) {
  EXPECT_EQ(FormatTime(*ParseTime("2024-01-02T03:04:05.1234567899Z")), "2024-01-02T03:04:05.123456789Z");
}

TEST(Time, WhatIsNoTimeIsRefused) {
  for (const char* text : {"", "2024-01-02", "2024-01-02T03:04:05", "2024-01-02T24:00:00Z",
                           "2024-01-02T03:60:05Z", "2024-01-02T03:04:60Z", "2024-1-2T03:04:05Z",
                           "2024-01-02T03:04:05.Z", "2024-01-02T03:04:05z", "2024-01-02T03:04:05+0200",
                           "2024-01-02T03:04:05Zx", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z"}) {
    EXPECT_FALSE(ParseTime(text).has_value()) << text;
  }
}

TEST(Time, MomentsCompareWhateverTheirOffsets) {
  EXPECT_EQ(*ParseTime("2024-01-02T03:00:00Z"), *ParseTime("2024-01-02T05:00:00+02:00"));
  EXPECT_LT(*ParseTime("2024-01-02T03:00:00+02:00"), *ParseTime("2024-01-02T03:00:00Z"));
}

TEST(Time, NanosecondsSaturateOutsideOfTheirYears) {
  EXPECT_EQ(ParseTime("2300-01-01T00:00:00Z")->UnixNanos(), INT64_MAX);
  EXPECT_EQ(Time().UnixNanos(), INT64_MIN);
  EXPECT_EQ(ParseTime("1969-12-31T23:59:59.5Z")->UnixNanos(), -500'000'000);
}

// --- Hashes

TEST(Hash, Sha256IsThatOfTheStandard) {
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 hash;
  hash.Add("a");
  hash.Add("bc");
  EXPECT_EQ(hash.HexDigest(), Sha256Hex("abc"));
  hash.Add("abc");  // a digest starts anew
  EXPECT_EQ(hash.HexDigest(), Sha256Hex("abc"));
}

// --- Results

Result<int> Half(int number) {
  if (number % 2 != 0) return Invalid("odd");
  return number / 2;
}
Result<int> Quarter(int number) { return TRY(Half(TRY(Half(number)))); }

TEST(Result, TheFirstErrorEndsTheFunction) {
  EXPECT_EQ(*Quarter(12), 3);
  EXPECT_EQ(Quarter(6).error().message, "odd");
  EXPECT_EQ(Quarter(3).error().code, Code::kInvalid);
}

}  // namespace
}  // namespace bd
