# What a person runs; see the README.

cache := /var/cache/rackwright
agent := .build-agent/release/rackwright-agent
lab := $(CURDIR)/.build-lab

.PHONY: all packages build agent lab lint test test-lab fuzz bench-boot bench-steps bench-match bench-bmc demo demo-stop clean

all: build

packages:
	.ci/packages

build: packages
	swift build

# The agent: release, fully static, in a build folder of its own so that it does not wait for the rest.
agent: packages
	swift build -c release --product rackwright-agent --static-swift-stdlib --scratch-path .build-agent
	.ci/check-agent $(agent)

# What machines boot: the ramdisk with the agent, and a small Debian image; and container images of three tiers.
lab: agent
	mkdir -p $(lab)
	agent-image/build --agent $(agent) --flavour cloud --cache $(cache) $(lab)/ramdisk
	agent-image/debian-image --cache $(cache) $(lab)
	agent-image/service-images --cache $(cache) $(lab)

lint: packages
	swift format lint --strict --parallel --recursive Package.swift Sources Tests

# Emulated BMCs and machines come after the other tests: their clients look at clocks, and a thousand tests at once leave
# them none. They mostly wait, so that the fuzzing takes what they leave of the processors.
test: lint lab
	swift build --build-tests
	swift test --skip-build --skip LabTests --skip VirtualRackTests --skip VirtualRedfishTests
	nice -n 19 .ci/fuzz 10 & fuzz=$$!; \
	swift test --skip-build --no-parallel --filter VirtualRackTests --filter VirtualRedfishTests || { kill $$fuzz; exit 1; }; \
	wait $$fuzz
	RACKWRIGHT_LAB=$(lab) swift test --skip-build --filter LabTests

# The machine tests alone.
test-lab: lab
	swift build --build-tests
	RACKWRIGHT_LAB=$(lab) swift test --skip-build --filter LabTests

# The parsers of the boot servers under libFuzzer, five minutes each.
fuzz: packages
	.ci/fuzz 300

# Our boot servers beside Kea, dnsmasq, tftpd-hpa and nginx, in one run.
bench-boot: lab
	.ci/packages bench
	swift build -c release --product rackwright --scratch-path .build-bench
	.ci/bench-boot .build-bench/release/rackwright $(lab)/ramdisk

# The step engine beside ansible-core and Python's Jinja2, in one run; built as the agent is, whose code it measures.
bench-steps: packages
	swift build -c release --product step-bench --static-swift-stdlib --scratch-path .build-agent
	.ci/bench-steps .build-agent/release/step-bench

# The matching of 10,000 nodes to 20 roles, with scipy's solver beside it.
bench-match: packages
	swift build -c release --product bench-match --scratch-path .build-bench
	.ci/bench-match .build-bench/release/bench-match

# Sweeps over the power states of 1,000 simulated BMCs, with ipmitool and sushy beside ours, in one run.
bench-bmc: packages
	swift build -c release --product bench-bmc --scratch-path .build-bench
	swift build -c release --product virtual-rack --scratch-path .build-bench
	.ci/bench-bmc .build-bench/release

demo: lab build
	.ci/demo $(lab)

demo-stop:
	.ci/demo --stop

clean:
	rm -rf .build .build-agent .build-lab .build-bench .build-fuzz
