// engine/base/hash.h: hashes are those of their standards, so that files and rows of others agree.
#include "engine/base/hash.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/base/text.h"

namespace bd {
namespace {

TEST(Sha256Of, NothingAndManyBlocksAreThoseOfTheStandard) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Of, PiecesOfAnySizeGiveTheHashOfTheWhole) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += static_cast<char>(i * 7);
  for (size_t piece : {1, 3, 63, 64, 65, 200}) {
    Sha256 hash;
    for (size_t at = 0; at < text.size(); at += piece) hash.Add(std::string_view(text).substr(at, piece));
    EXPECT_EQ(hash.HexDigest(), Sha256Hex(text)) << piece;
  }
  Sha256 hash;
  hash.Add(text);
  EXPECT_EQ(hash.Digest().size(), 32);
}

// Known values of XXH3: rows that another build of this program wrote must stay known.
TEST(HashLineOf, ValuesStayTheSameFromReleaseToRelease) {
  EXPECT_EQ(HashLine(""), (Hash128{0x6001c324468d497f, 0x99aa06d3014798d8}));
  EXPECT_EQ(HashLine("a").low, 0xe6c632b61e964e1f);
  EXPECT_EQ(HashLine("a").high, 0xa96faf705af16834);
}

TEST(HashLineOf, EveryByteCounts) {
  std::set<Hash128> seen;
  std::string line(300, 'x');
  seen.insert(HashLine(line));
  for (size_t i = 0; i < line.size(); ++i) {
    std::string other = line;
    other[i] = 'y';
    seen.insert(HashLine(other));
    seen.insert(HashLine(line.substr(0, i)));
  }
  EXPECT_EQ(seen.size(), 601);
}

}  // namespace
}  // namespace bd
