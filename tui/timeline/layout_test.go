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
				sum += l.audio
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

func TestAudioHasALineHoweverManyExtensionsThereAre(t *testing.T) {
	for _, h := range []int{19, 31, 50} {
		for nodes := range 60 {
			if l := arrange(120, h, 12, nodes, 2, nodes); l.audio == 0 || l.commands == 0 || l.lanes < min(nodes, 5) {
				t.Errorf("%d lines, %d nodes are shared as %+v", h, nodes, l)
			}
			if l := arrange(120, h, 12, nodes, 0, nodes); l.audio != 0 {
				t.Errorf("%d lines, %d nodes, no audio: %+v", h, nodes, l)
			}
		}
	}
}
