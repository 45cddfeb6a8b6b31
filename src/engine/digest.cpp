#include "engine/digest.h"

#include "store/audit_chain.h"
#include "store/sha256.h"

namespace connector::engine {

std::string sha256_hex(std::string_view bytes) { return store::to_hex(store::sha256(bytes)); }

}  // namespace connector::engine
