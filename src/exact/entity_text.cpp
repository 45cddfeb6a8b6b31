#include "exact/entity_text.h"

namespace connector::exact {

std::string fitting(std::string_view text, std::size_t length) {
  std::size_t units = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool begins_code_point = (byte & 0xC0U) != 0x80U;
    if (!begins_code_point) continue;
    units += byte >= 0xF0U ? 2 : 1;
    if (units > length) return std::string(text.substr(0, at));
  }
  return std::string(text);
}

}  // namespace connector::exact
