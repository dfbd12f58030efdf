# What a person runs; see the README.

cache := /var/cache/rackwright
agent := .build-agent/release/rackwright-agent
lab := $(CURDIR)/.build-lab

.PHONY: all packages build agent lab lint test test-lab demo demo-stop clean

all: build

packages:
	.ci/packages

build: packages
	swift build

# The agent: release, fully static, in a build folder of its own so that it does not wait for the rest.
agent: packages
	swift build -c release --product rackwright-agent --static-swift-stdlib --scratch-path .build-agent
	.ci/check-agent $(agent)

# What machines boot: the ramdisk with the agent, and a small Debian image.
lab: agent
	mkdir -p $(lab)
	agent-image/build --agent $(agent) --flavour cloud --cache $(cache) $(lab)/ramdisk
	agent-image/debian-image --cache $(cache) $(lab)

lint: packages
	swift format lint --strict --parallel --recursive Package.swift Sources Tests

# The machines boot after the other tests: those look at clocks, and two emulated machines leave them none.
test: lint lab
	swift build --build-tests
	swift test --skip-build --skip LabTests
	RACKWRIGHT_LAB=$(lab) swift test --skip-build --filter LabTests

# The machine test alone.
test-lab: lab
	swift build --build-tests
	RACKWRIGHT_LAB=$(lab) swift test --skip-build --filter LabTests

demo: lab build
	.ci/demo $(lab)

demo-stop:
	.ci/demo --stop

clean:
	rm -rf .build .build-agent .build-lab
