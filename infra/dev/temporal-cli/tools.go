//go:build tools

// Package tools pins the Temporal CLI that set-up builds where no released binary can be had.
package tools

import _ "github.com/temporalio/cli/cmd/temporal"
