// engine/os/random.h: as many bytes as asked for, and never the same.
#include "engine/os/random.h"

#include <gtest/gtest.h>

#include <set>

namespace bd::os {
namespace {

TEST(Random, HasTheLengthThatIsAskedFor) {
  for (size_t count : {0, 1, 7, 8, 300, 100'000}) {
    EXPECT_EQ(RandomBytes(count).size(), count);
    EXPECT_EQ(RandomHex(count).size(), 2 * count);
  }
  EXPECT_EQ(RandomHex(64).find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(Random, ComesNotTwice) {
  std::set<std::string> texts;
  std::set<uint64_t> numbers;
  for (int i = 0; i < 1000; ++i) {
    texts.insert(RandomHex(8));
    numbers.insert(Random64());
  }
  EXPECT_EQ(texts.size(), 1000);
  EXPECT_EQ(numbers.size(), 1000);
}

}  // namespace
}  // namespace bd::os
