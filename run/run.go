// Package run is the engine: it connects to the hosts of a fleet, has a deploy
// say what it wants of each, plans, and runs what is missing, in the deploy's
// order, with limits and retries.
//
// It prints nothing: everything that happens is an [Event].
package run
