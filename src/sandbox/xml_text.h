#pragma once

#include <string>
#include <string_view>

namespace connector::sandbox {

/// Text as it stands in XML 1.0, in an element or a quoted attribute. Control characters that XML cannot hold are left
/// out.
std::string xml_text(std::string_view text);

}  // namespace connector::sandbox
