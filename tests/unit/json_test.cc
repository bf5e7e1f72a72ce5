// engine/base/json.h: what is read and given on is the same, and what is no JSON is refused.
#include "engine/base/json.h"

#include <gtest/gtest.h>

#include "tests/support/must.h"

namespace bd {
namespace {

std::string ReadAndWritten(std::string_view text) { return Must(JsonDocument::Parse(text)).root().Dump(); }

TEST(JsonDocument, NumbersComeBackAsTheyWereWritten) {
  const std::string digits(400, '7');
  for (const std::string& number :
       {std::string("1e400"), std::string("-1E+400"), std::string("1e-400"), std::string("-0"),
        std::string("-0.0"), std::string("1.0"), std::string("1.50"), std::string("12345678901234567890"),
        std::string("9007199254740993"), std::string("0.1000000000000000055511151231257827"), digits,
        "0." + digits, digits + "." + digits + "e-" + digits}) {
    EXPECT_EQ(ReadAndWritten(number), number);
    EXPECT_EQ(ReadAndWritten("[" + number + "]"), "[" + number + "]");
    EXPECT_EQ(ReadAndWritten("{\"a\":" + number + "}"), "{\"a\":" + number + "}");
    EXPECT_FALSE(JsonProblem(number).has_value()) << number;
  }
}

TEST(JsonDocument, WhatIsNoNumberIsRefused) {
  for (const char* text :
       {"-",     "+1",  "01",  "-01",      ".5",        "1.",  "1.e1", "1e", "1e+", "0x1",
        "1_000", "NaN", "nan", "Infinity", "-Infinity", "inf", "--1",  "1-", "1,0", "1f"}) {
    EXPECT_FALSE(JsonDocument::Parse(text)) << text;
    EXPECT_TRUE(JsonProblem(text).has_value()) << text;
  }
}

TEST(JsonDocument, ANumberOutsideOfATypeIsNotOfThatType) {
  const JsonDocument document = Must(JsonDocument::Parse(
      "[1e400,-0,1.0,12345678901234567890,-9223372036854775808,9223372036854775807,0.5]"));
  const JsonValue list = document.root();
  EXPECT_FALSE(list.At(0).AsDouble().has_value());
  EXPECT_FALSE(list.At(0).AsInt().has_value());
  EXPECT_EQ(list.At(1).AsInt(), 0);
  EXPECT_EQ(list.At(2).AsInt(), 1);
  EXPECT_FALSE(list.At(3).AsInt().has_value());
  EXPECT_EQ(list.At(3).AsDouble(), 12345678901234567890.0);
  EXPECT_EQ(list.At(4).AsInt(), INT64_MIN);
  EXPECT_EQ(list.At(5).AsInt(), INT64_MAX);
  EXPECT_FALSE(list.At(6).AsInt().has_value());
}

TEST(JsonDocument, KeysThatStandTwiceAreBothKept) {
  const char* text = R"({"a":1,"b":2,"a":3})";
  EXPECT_EQ(ReadAndWritten(text), text);
  const JsonDocument document = Must(JsonDocument::Parse(text));
  std::string order;
  document.root().ForEachMember(
      [&order](const std::string& key, JsonValue value) { order += key + value.Dump(); });
  EXPECT_EQ(order, "a1b2a3");
  EXPECT_EQ(document.root().size(), 3);
}

TEST(JsonDocument, NulMayBeSaidButNotStand) {
  EXPECT_EQ(ReadAndWritten(R"("a\u0000b")"), R"("a\u0000b")");
  EXPECT_EQ(Must(JsonDocument::Parse(R"("a\u0000b")")).root().AsString(), std::string("a\0b", 3));
  using std::string_literals::operator""s;
  for (const std::string& text :
       {"\"a\0b\""s, "\0"s, "1\0"s, "{}\0"s, "{}\0garbage"s, "[1,\0 2]"s, "\0{}"s, "{\"a\0\":1}"s}) {
    EXPECT_FALSE(JsonDocument::Parse(text)) << Must(Result<std::string>(JsonString(text)));
    EXPECT_TRUE(JsonProblem(text).has_value()) << JsonString(text);
  }
}

TEST(JsonDocument, BytesThatAreNoUtf8AreRefusedInKeysAndTexts) {
  for (const char* text : {"\"\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\"\xc0\xaf\"", "\"\xf4\x90\x80\x80\"",
                           "{\"\xff\":1}", "[\"ok\",\"\x80\"]"}) {
    EXPECT_FALSE(JsonDocument::Parse(text)) << text;
    EXPECT_TRUE(JsonProblem(text).has_value()) << text;
  }
  EXPECT_EQ(Must(JsonDocument::Parse("\"\\ud83d\\ude00\"")).root().AsString(), "😀");
}

TEST(JsonDocument, TextsKeepTheirContentNotTheirEscapes) {
  EXPECT_EQ(ReadAndWritten(R"({"k\u00e9y":"\u003c\/\u0041"})"), R"({"kéy":"\u003c/A"})");
}

TEST(JsonDocument, HalfASurrogatePairIsReadAsTheReplacementCharacter) {
  const auto read = [](std::string_view text) { return *Must(JsonDocument::Parse(text)).root().AsString(); };
  EXPECT_EQ(read(R"("\ud83c end")"), "\xef\xbf\xbd end");
  EXPECT_EQ(read(R"("end \uDF89")"), "end \xef\xbf\xbd");
  EXPECT_EQ(read(R"("\ud83c")"), "\xef\xbf\xbd");
  EXPECT_EQ(read(R"("\ud83cA")"),
            "\xef\xbf\xbd"
            "A");
  EXPECT_EQ(read(R"("\udf89\ud83c")"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(read(R"("\ud83c\ud83c\udf89")"), "\xef\xbf\xbd\xf0\x9f\x8e\x89");
  EXPECT_EQ(read(R"("\\ud83c \ud83c")"), "\\ud83c \xef\xbf\xbd");
  EXPECT_EQ(ReadAndWritten(R"({"\ud83c":1e400})"), "{\"\xef\xbf\xbd\":1e400}");
  EXPECT_FALSE(JsonProblem(R"(["\ud83c"])").has_value());
  EXPECT_FALSE(JsonDocument::Parse(R"("\ud83c \uzzzz")"));
}

TEST(JsonDocument, AValueTellsItsTypeAndHasNoOther) {
  const JsonDocument document = Must(JsonDocument::Parse(R"([null,true,1,"x",[],{}])"));
  const JsonValue list = document.root();
  const char* const kNames[] = {"null", "boolean", "number", "string", "array", "object"};
  for (size_t i = 0; i < list.size(); ++i) {
    const JsonValue value = list.At(i);
    EXPECT_STREQ(value.TypeName(), kNames[i]);
    EXPECT_EQ(value.IsNull(), i == 0);
    EXPECT_EQ(value.AsBool().has_value(), i == 1);
    EXPECT_EQ(value.AsInt().has_value(), i == 2);
    EXPECT_EQ(value.AsDouble().has_value(), i == 2);
    EXPECT_EQ(value.AsString().has_value(), i == 3);
    EXPECT_EQ(value.IsArray(), i == 4);
    EXPECT_EQ(value.IsObject(), i == 5);
    EXPECT_FALSE(value.Find("x").has_value());
  }
}

TEST(JsonDepthOf, CountsBracketsOutsideOfTexts) {
  EXPECT_EQ(JsonDepth("1"), 0);
  EXPECT_EQ(JsonDepth(R"({"a":[{}],"b":[]})"), 3);
  EXPECT_EQ(JsonDepth(R"(["[[[[\"[[["])"), 1);
  EXPECT_EQ(JsonDepth("]]]]"), 0);
  EXPECT_EQ(JsonDepth("\"["), 0);
  EXPECT_EQ(JsonDepth(""), 0);
}

TEST(JsonWriter, PutsCommasBetweenElementsOnly) {
  std::string text;
  JsonWriter out(text);
  out.BeginObject();
  out.Key("a");
  out.BeginArray();
  out.EndArray();
  out.Key("b<");
  out.BeginArray();
  out.Int(INT64_MIN);
  out.Double(0.5);
  out.Bool(false);
  out.Null();
  out.Raw(" {\"x\" : 1e400} ");
  out.EndArray();
  out.EndObject();
  EXPECT_EQ(text, R"({"a":[],"b\u003c":[-9223372036854775808,0.5,false,null,{"x":1e400}]})");
}

}  // namespace
}  // namespace bd
