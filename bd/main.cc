// The program: bd::Main with the words of the command line.
#include <string>
#include <vector>

#include "bd/bd.h"

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return bd::Main(arguments);
}
