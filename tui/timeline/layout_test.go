package timeline

import "testing"

func TestArrangeGivesOutEveryLineOnce(t *testing.T) {
	for h := headLines + 1; h < 80; h++ {
		for _, nodes := range []int{0, 1, 5, 9, 40} {
			for _, audio := range []int{0, 2, 8} {
				l := arrange(120, h, 12, nodes, audio, nodes)
				sum := headLines + l.lanes
				if l.commands > 0 {
					sum += sectionLines + l.commands
				}
				if l.audio > 0 {
					sum += 1 + l.audio
				}
				if l.stages > 0 {
					sum += sectionLines + l.stages
				}
				if sum > h {
					t.Errorf("%d lines, %d nodes, %d audio: %d lines are given out", h, nodes, audio, sum)
				}
				if l.commands > 0 && sum != h {
					t.Errorf("%d lines, %d nodes, %d audio: %d lines are left over", h, nodes, audio, h-sum)
				}
			}
		}
	}
}

func TestAShortScreenShowsLanesAndCommands(t *testing.T) {
	l := arrange(60, 10, 12, 5, 2, 5)
	if l.lanes == 0 || l.commands == 0 {
		t.Errorf("ten lines are shared as %+v", l)
	}
}
