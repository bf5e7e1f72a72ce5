// engine/base/text.h: cutting, quoting and code points, beside what base_test.cc says of it.
#include "engine/base/text.h"

#include <gtest/gtest.h>

namespace bd {
namespace {

TEST(TextCutting, TrimTakesWhiteSpaceOfBothEndsOnly) {
  EXPECT_EQ(Trim(" \t\r\n\v\fa b\f\v\n\r\t "), "a b");
  EXPECT_EQ(Trim(" \n "), "");
  EXPECT_EQ(Trim(""), "");
  EXPECT_EQ(Trim("\u00a0x"), "\u00a0x");  // ASCII only
}

TEST(TextCutting, JoiningWhatWasSplitGivesItBack) {
  for (const char* text : {"", ",", "a", "a,b", ",a,,b,", ",,,"}) {
    EXPECT_EQ(Join(Split(text, ','), ","), text);
  }
  EXPECT_EQ(Join({}, ","), "");
}

TEST(TextCutting, ATextIsCutBetweenCharactersAndWithinItsColumns) {
  for (int width = 1; width <= 12; ++width) {
    for (const char* text :
         {"abcdefghijklmnop", "中文字中文字中文字", "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301xyz",
          "😀😀😀😀😀😀😀", "ab\xff\xff\xff\xff\xff\xff\xff\xff\xff"}) {
      const std::string fit = FitWidth(text, width);
      EXPECT_LE(DisplayWidth(fit), width) << text;
      if (IsValidUtf8(text)) {
        EXPECT_TRUE(IsValidUtf8(fit)) << fit;
      }
    }
  }
  EXPECT_EQ(FitWidth("abc", 0), "abc");  // no limit
  EXPECT_EQ(FitWidth("", 1), "");
}

TEST(TextQuoting, MessagesShowWhatATerminalWouldNot) {
  EXPECT_EQ(Quote("a\"b\\c\n\r\t\x01\x7f"), R"("a\"b\\c\n\r\t\x01\x7f")");
  EXPECT_EQ(Quote("é中"), "\"é中\"");
  EXPECT_EQ(Quote("\xff"), R"("\xff")");
  EXPECT_EQ(Quote("\uFFFD"), "\"\uFFFD\"");  // the character itself is no bad byte
  EXPECT_EQ(Quote(std::string_view("\0", 1)), R"("\x00")");
}

TEST(TextCodePoints, WhatIsAppendedIsDecodedAgain) {
  for (uint32_t value = 0; value <= 0x10ffff; value = value < 0x900 ? value + 1 : value + 251) {
    if (value >= 0xd800 && value < 0xe000) continue;
    std::string text;
    AppendUtf8(text, value);
    const CodePoint point = DecodeUtf8(text, 0);
    ASSERT_EQ(point.value, value);
    ASSERT_EQ(point.length, text.size());
  }
}

TEST(TextCodePoints, ACutSequenceIsOneBadByte) {
  for (const char* text : {"\xc3", "\xe2\x82", "\xf0\x9f\x98", "\x80", "\xff", "\xe2(\xa1"}) {
    EXPECT_EQ(DecodeUtf8(text, 0).value, 0xfffd) << Hex(text);
    EXPECT_EQ(DecodeUtf8(text, 0).length, 1) << Hex(text);
  }
}

TEST(TextNumbers, TheSmallestAndTheGreatestAreRead) {
  EXPECT_EQ(ParseInt("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(ParseInt("-9223372036854775807"), -INT64_MAX);
  EXPECT_FALSE(ParseInt("-9223372036854775809").has_value());
  EXPECT_EQ(ParseInt("0000000000000000000000012"), 12);
  EXPECT_EQ(Cat(INT64_MIN, ' ', UINT64_MAX), "-9223372036854775808 18446744073709551615");
}

}  // namespace
}  // namespace bd
