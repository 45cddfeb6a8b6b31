#include "sandbox/xml_text.h"

namespace connector::sandbox {

std::string xml_text(std::string_view text) {
  std::string out;
  for (const char character : text) {
    switch (character) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\r':
        out += "&#xD;";
        break;
      default: {
        const auto byte = static_cast<unsigned char>(character);
        if (byte >= 0x20 || character == '\n' || character == '\t') out += character;
      }
    }
  }
  return out;
}

}  // namespace connector::sandbox
