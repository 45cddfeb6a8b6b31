#pragma once

#include <vector>

#include "flows/mapping_check.h"
#include "store/store.h"

namespace connector::flows {

/// The rows under which no VAT code is mapped for items whose own code in Exact, which applies then, adds VAT to
/// Walmart's prices (adds_vat). For `*` a remark where others of the items that it may stand for have no such code, as
/// not all of them need be sold at Walmart.
domain::Result<std::vector<MappingFinding>> item_vat_codes(store::Reader& reader, store::ConnectionId connection);

}  // namespace connector::flows
