//go:build tools

// Package tools pins the S3 server on which the S3 adapter's contract suite runs.
package tools

import _ "github.com/versity/versitygw/cmd/versitygw"
