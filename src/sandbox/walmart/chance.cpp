#include "sandbox/walmart/chance.h"

namespace connector::sandbox::walmart {

std::string Chance::uuid() {
  static constexpr char alphabet[] = "0123456789abcdef";
  std::string text = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
  for (char& letter : text) {
    if (letter == 'x') letter = alphabet[next() >> 60U];
    if (letter == 'y') letter = alphabet[8 + (next() >> 62U)];
  }
  return text;
}

}  // namespace connector::sandbox::walmart
