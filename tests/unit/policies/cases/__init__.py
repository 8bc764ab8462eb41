"""For each rule of the policy pack what it finds and what it leaves alone, by subject."""
