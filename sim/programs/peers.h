// Programs of the world that speak with a daemon, or with its clients, in their own way.
//
//   !ask PATH LINE          sends the line, and says what is answered within ten seconds
//   !utter PATH TEXT MS     sends the text as it is, and stays for so long; says what came
//   !mute PATH COUNT MS     so many connections at once on which nothing is said, for so long
//   !pretend PATH ANSWER MS listens in place of a daemon for so long, and answers every line so ("": never)
//   !signal PATH NUMBER     to the process whose number stands in the file
#pragma once

#include <string>
#include <vector>

namespace sim {

bool Ask(const std::vector<std::string>& words);
bool Utter(const std::vector<std::string>& words);
bool BeMute(const std::vector<std::string>& words);
bool Pretend(const std::vector<std::string>& words);
bool SignalFromFile(const std::vector<std::string>& words);

}  // namespace sim
