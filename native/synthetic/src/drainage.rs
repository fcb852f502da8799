//! Rivers: a jittered lattice of springs each of which flows to its lowest neighbour.
//!
//! Water that runs downhill between neighbours makes trees of rivers, as real ones are, and pits where lakes form.
//! How much water passes a node is counted over a fixed number of steps upstream: so it depends on a bounded
//! neighbourhood, and every window finds the same rivers.

use crate::maths::{split, step};
use crate::noise::Noise;

/// Distance between springs, in metres.
pub(crate) const SPACING_M: f64 = 1700.0;
/// Steps upstream that water is counted over.
const STEPS: i64 = 16;
/// Beyond this distance no river shapes the land, in metres.
pub(crate) const REACH_M: f32 = 1250.0;
/// What is cut off of a river's half width: brooks are narrower than a pixel.
const NARROWEST_M: f32 = 5.0;

/// Where a place lies between rivers and lakes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Near {
    /// Distance to the nearest bank in metres, negative in the water.
    pub bank_m: f32,
    /// Distance from the bottom of the valley in metres, larger beside small brooks; at most [`REACH_M`].
    pub valley_m: f32,
    /// How much of the land's height a lake decides, 0 to 1, and its level in metres.
    pub lake: (f32, f32),
}

/// A piece of a river between two nodes.
#[derive(Debug, Clone, Copy)]
struct Reach {
    from: [f64; 2],
    /// From start to end.
    along: [f32; 2],
    /// 1 / length².
    inverse: f32,
    half_width: [f32; 2],
    /// How far below its sources a valley begins.
    head: [f32; 2],
}

#[derive(Debug, Clone, Copy)]
struct Lake {
    centre: [f64; 2],
    radius_m: f32,
    level_m: f32,
}

/// A node of the lattice.
#[derive(Debug, Clone, Copy)]
struct Node {
    place: [f64; 2],
    base_m: f32,
    /// Where it flows to, in nodes; nowhere from a pit.
    down: Option<[i64; 2]>,
    flow: u32,
}

/// The rivers and lakes of a rectangle.
pub(crate) struct Drainage {
    first: [i64; 2],
    columns: i64,
    /// For each cell, where its lists begin.
    reaches: Vec<Vec<Reach>>,
    lakes: Vec<Vec<Lake>>,
    /// Of the lakes.
    shores: Noise,
}

impl Drainage {
    /// All that shapes the land between two corners in metres. `base` gives the height that rivers follow, `is_flat`
    /// whether lakes may lie at a place without being a pit.
    pub fn between(
        noise: Noise,
        low: [f64; 2],
        high: [f64; 2],
        base: impl Fn(f64, f64) -> f32,
        is_flat: impl Fn(f64, f64) -> bool,
    ) -> Self {
        let cell = |metres: f64| split(metres / SPACING_M).0;
        let (first, last) = (low.map(cell), high.map(cell));
        let nodes = Nodes::of(noise, first, last, base);
        let columns = last[0] - first[0] + 1;
        let mut drainage =
            Self { first, columns, reaches: Vec::new(), lakes: Vec::new(), shores: noise.octave(11) };
        for j in first[1]..=last[1] {
            for i in first[0]..=last[0] {
                let (mut reaches, mut lakes) = (Vec::new(), Vec::new());
                for (dj, di) in (-2..=2).flat_map(|dj| (-2..=2).map(move |di| (dj, di))) {
                    let (ni, nj) = (i + di, j + dj);
                    let node = nodes.at(ni, nj);
                    if let Some([down_i, down_j]) = node.down {
                        reaches.push(reach(node, nodes.at(ni + down_i, nj + down_j)));
                    }
                    lakes.extend(lake(noise, [ni, nj], node, &is_flat));
                }
                let centre = [(i as f64 + 0.5) * SPACING_M, (j as f64 + 0.5) * SPACING_M];
                reaches.retain(|reach| reach.is_near(centre));
                drainage.reaches.push(reaches);
                drainage.lakes.push(lakes);
            }
        }
        drainage
    }

    /// Where a place lies, which must be between the corners.
    pub fn near(&self, x: f64, y: f64) -> Near {
        let (i, j) = (split(x / SPACING_M).0, split(y / SPACING_M).0);
        let cell = ((j - self.first[1]) * self.columns + i - self.first[0]) as usize;
        let mut near = Near { bank_m: 1e6, valley_m: REACH_M, lake: (0.0, 0.0) };
        for reach in &self.reaches[cell] {
            let (distance, half_width, head) = reach.distance(x, y);
            if half_width > 0.0 {
                near.bank_m = near.bank_m.min(distance - half_width);
            }
            near.valley_m = near.valley_m.min((distance - half_width).max(0.0) + head);
        }
        let (mut weights, mut levels) = (0.0, 0.0);
        for lake in &self.lakes[cell] {
            let (dx, dy) = ((x - lake.centre[0]) as f32, (y - lake.centre[1]) as f32);
            let distance = (dx * dx + dy * dy).sqrt();
            let far = 2.0 * lake.radius_m + REACH_M;
            if distance > far {
                continue;
            }
            // Bays and headlands; none far away, where nobody computes them.
            let bays = step(far, 1.2 * lake.radius_m, distance);
            let bays = bays * self.shores.fbm(x, y, f64::from(1.3 * lake.radius_m), 4, 0.6);
            let shore = distance - lake.radius_m * (1.0 + 1.1 * bays);
            near.bank_m = near.bank_m.min(shore);
            near.valley_m = near.valley_m.min(shore.max(0.0));
            let weight = step(700.0, 0.0, shore);
            weights += weight;
            levels += weight * lake.level_m;
        }
        if weights > 0.0 {
            near.lake = (weights.min(1.0), levels / weights);
        }
        near
    }
}

impl Reach {
    /// Distance from the middle line, half width and head there, in metres.
    fn distance(&self, x: f64, y: f64) -> (f32, f32, f32) {
        let (dx, dy) = ((x - self.from[0]) as f32, (y - self.from[1]) as f32);
        let t = ((dx * self.along[0] + dy * self.along[1]) * self.inverse).clamp(0.0, 1.0);
        let (ex, ey) = (dx - t * self.along[0], dy - t * self.along[1]);
        let between = |ends: [f32; 2]| ends[0] + (ends[1] - ends[0]) * t;
        ((ex * ex + ey * ey).sqrt(), between(self.half_width), between(self.head))
    }

    /// Whether it shapes land in the cell around a centre.
    fn is_near(&self, [x, y]: [f64; 2]) -> bool {
        let (distance, half_width, _) = self.distance(x, y);
        // Half the diagonal of a cell; the widest part may lie elsewhere on the reach.
        let most = self.half_width[0].max(self.half_width[1]).max(half_width);
        distance < REACH_M + most + 0.708 * SPACING_M as f32
    }
}

fn reach(from: Node, to: Node) -> Reach {
    let along = [to.place[0] - from.place[0], to.place[1] - from.place[1]].map(|d| d as f32);
    let half_width = [from, to].map(|node| {
        let half = 5.2 * f32::sqrt(node.flow as f32) - 6.0;
        if half < NARROWEST_M { 0.0 } else { half.min(75.0) }
    });
    let head = [from, to].map(|node| 420.0 / node.flow as f32);
    let inverse = 1.0 / (along[0] * along[0] + along[1] * along[1]).max(1.0);
    Reach { from: from.place, along, inverse, half_width, head }
}

/// The lake at a node: in every pit, and here and there where it is flat.
fn lake(noise: Noise, [i, j]: [i64; 2], node: Node, is_flat: impl Fn(f64, f64) -> bool) -> Option<Lake> {
    let [chance, size, _] = noise.octave(7).thrice(i, j);
    let in_pit = node.down.is_none();
    // Not at neighbours: two levels would have to meet.
    let may = i.rem_euclid(2) == 0 && j.rem_euclid(2) == 0 && chance < 0.30;
    let [x, y] = node.place;
    if !(in_pit || may && is_flat(x, y)) {
        return None;
    }
    let radius_m = if in_pit { 350.0 + 500.0 * size } else { 130.0 + 420.0 * size * size };
    Some(Lake { centre: node.place, radius_m, level_m: node.base_m })
}

/// The nodes of a rectangle and all that flow into it.
struct Nodes {
    first: [i64; 2],
    columns: i64,
    list: Vec<Node>,
}

impl Nodes {
    fn of(noise: Noise, first: [i64; 2], last: [i64; 2], base: impl Fn(f64, f64) -> f32) -> Self {
        // Candidates lie two cells away, their ends one more; water comes from STEPS cells more; lowest
        // neighbours need one more.
        let margin = STEPS + 4;
        let (first, last) = (first.map(|i| i - margin), last.map(|i| i + margin));
        let columns = last[0] - first[0] + 1;
        let rows = last[1] - first[1] + 1;
        let lattice = (0..rows).flat_map(|j| (0..columns).map(move |i| (first[0] + i, first[1] + j)));
        let nodes = lattice
            .map(|(i, j)| {
                let [u, v, _] = noise.thrice(i, j).map(|u| 0.14 + 0.72 * f64::from(u));
                let place = [(i as f64 + u) * SPACING_M, (j as f64 + v) * SPACING_M];
                Node { place, base_m: base(place[0], place[1]), down: None, flow: 1 }
            })
            .collect();
        let mut all = Self { first, columns, list: nodes };
        all.direct(rows);
        all.count(rows);
        all
    }

    /// Sends every node but those of the rim to its lowest neighbour.
    fn direct(&mut self, rows: i64) {
        for j in 1..rows - 1 {
            for i in 1..self.columns - 1 {
                let here = (j * self.columns + i) as usize;
                let mut best = (self.list[here].base_m, None);
                for (dj, di) in (-1..=1).flat_map(|dj| (-1..=1).map(move |di| (dj, di))) {
                    let base = self.list[((j + dj) * self.columns + i + di) as usize].base_m;
                    if base < best.0 {
                        best = (base, Some([di, dj]));
                    }
                }
                self.list[here].down = best.1;
            }
        }
    }

    /// Counts the nodes whose water passes, up to [`STEPS`] steps upstream.
    fn count(&mut self, rows: i64) {
        let mut before: Vec<u32> = vec![1; self.list.len()];
        for _ in 0..STEPS {
            let mut after = vec![1; self.list.len()];
            for j in 0..rows {
                for i in 0..self.columns {
                    let here = (j * self.columns + i) as usize;
                    if let Some([di, dj]) = self.list[here].down {
                        after[((j + dj) * self.columns + i + di) as usize] += before[here];
                    }
                }
            }
            before = after;
        }
        for (node, flow) in self.list.iter_mut().zip(before) {
            node.flow = flow;
        }
    }

    fn at(&self, i: i64, j: i64) -> Node {
        self.list[((j - self.first[1]) * self.columns + i - self.first[0]) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(first: [i64; 2], last: [i64; 2]) -> Nodes {
        let noise = Noise::new(5, "drainage");
        let hills = Noise::new(5, "hills");
        Nodes::of(noise, first, last, |x, y| 500.0 * hills.fbm(x, y, 30_000.0, 3, 0.5))
    }

    #[test]
    fn water_runs_downhill_and_gathers() {
        let nodes = nodes([0, 0], [20, 20]);
        let mut most = 0;
        for (i, j) in (0..=20).flat_map(|j| (0..=20).map(move |i| (i, j))) {
            let node = nodes.at(i, j);
            most = most.max(node.flow);
            if let Some([di, dj]) = node.down {
                assert!(nodes.at(i + di, j + dj).base_m < node.base_m);
            }
        }
        assert!(most > 12, "{most}");
    }

    #[test]
    fn windows_find_the_same_rivers() {
        let (all, part) = (nodes([-5, -5], [12, 12]), nodes([3, 4], [4, 5]));
        for (i, j) in (1..=6).flat_map(|j| (1..=6).map(move |i| (i, j + 1))) {
            let (a, b) = (all.at(i, j), part.at(i, j));
            assert_eq!((a.place, a.base_m, a.down, a.flow), (b.place, b.base_m, b.down, b.flow), "{i} {j}");
        }
    }
}
