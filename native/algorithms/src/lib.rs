//! What users see: descriptions, checks, requests and results, without C++.
