namespace DeepLearning.Tests.AutogradTests;

public class PartTests
{
    private const int Width = 4;

    public static TheoryData<string> Ways() => ["Index", "Select", "Narrow", "Unbind", "Split", "Chunk", "Diagonals"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void To_take_every_step_of_a_sequence_costs_one_pass_backward(string way)
    {
        // A leaf, a computed tensor, and in a recorded pass: what is computed grows as the sequence does, not with its square.
        foreach (bool computed in (bool[])[false, true])
        {
            foreach (bool createGraph in (bool[])[false, true])
            {
                long small = Computed(way, 500, computed, createGraph), large = Computed(way, 4000, computed, createGraph);
                Assert.InRange(large, 1, small * 9);
                Assert.InRange(large, 4000 * Width, 40L * 4000 * Width);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_gradient_is_that_of_the_parts_put_together(string way)
    {
        GradCheck.First(ins => Weighted(Steps(way, ins[0].Sin())), [Leaf()]);
        GradCheck.Second(ins => Weighted(Steps(way, ins[0].Sin())), [Leaf()]);
        GradCheck.First(ins => Weighted(Steps(way, ins[0])), [Leaf()]);
        GradCheck.Second(ins => Weighted(Steps(way, ins[0])), [Leaf()]);
    }

    [Fact]
    public void Parts_that_overlap_and_the_whole_add_up()
    {
        Tensor x = Tensor.Rand([6], DType.Float64);
        foreach (bool computed in (bool[])[false, true])
        {
            Tensor leaf = x.Clone();
            leaf.RequiresGrad = true;
            Tensor h = computed ? leaf * 1.0 : leaf;
            (h[0..4].Sum() + (h * 2).Sum() + (h[2..6] * 3).Sum() + h[3] + h[3] + (h * h).Sum()).Backward();
            Tensor expected = Tensor.From([1.0, 1, 4, 6, 3, 3]) + 2 + (x * 2);
            Assert.True(expected.AllClose(leaf.Grad!), $"{leaf.Grad}");
        }
    }

    [Fact]
    public void A_hook_of_a_leaf_sees_the_sum_of_the_parts_once()
    {
        Tensor x = Tensor.Ones(3);
        x.RequiresGrad = true;
        List<float[]> seen = [];
        using IDisposable hook = x.RegisterHook(gradient =>
        {
            seen.Add(gradient.ToArray<float>());
            return null;
        });
        (x[0] + (x[2] * 2) + x[0]).Backward();
        Assert.Equal([2, 0, 2], Assert.Single(seen));
    }

    [Fact]
    public void A_second_pass_adds_to_the_gradient_of_the_first()
    {
        Tensor x = Tensor.Ones(3);
        x.RequiresGrad = true;
        Tensor y = x[0] + x[1];
        y.Backward(retainGraph: true);
        y.Backward();
        Assert.Equal([2, 2, 0], x.Grad!.ToArray<float>());
        Assert.Throws<AutogradException>(() => y.Backward());
        Assert.Equal([2, 2, 0], x.Grad!.ToArray<float>());
    }

    [Fact]
    public void A_gradient_asked_for_by_name_holds_the_parts()
    {
        Tensor x = Tensor.Ones(3), other = Tensor.Ones(3);
        (x.RequiresGrad, other.RequiresGrad) = (true, true);
        Tensor h = x * 3;
        Tensor[] found = Autograd.Grad(h[0] + h[1] + (h[1] * other[1]), [h, x]);
        Assert.Equal([1, 2, 0], found[0].ToArray<float>());
        Assert.Equal([3, 6, 0], found[1].ToArray<float>());
        Assert.Null(other.Grad);
    }

    [Fact]
    public void What_a_hook_was_given_does_not_change_when_a_part_is_added()
    {
        Tensor x = Tensor.Ones(2), first = Tensor.Ones(2);
        x.RequiresGrad = true;
        Tensor h = x * 1, twice = h * 2;
        Tensor? kept = null;
        twice.RegisterHook(gradient => kept = gradient);
        (twice.Sum() + h[0]).Backward();
        Assert.Equal([1, 1], kept!.ToArray<float>());
        Assert.Equal([3, 2], x.Grad!.ToArray<float>());
        Assert.Equal([1, 1], first.ToArray<float>());
    }

    [Theory]
    [InlineData("capture")]
    [InlineData("hook")]
    [InlineData("retain")]
    public void A_gradient_that_is_seen_elsewhere_does_not_change_when_a_part_is_added(string where)
    {
        Tensor x = Tensor.Ones(3), w = Tensor.Ones(3);
        (x.RequiresGrad, w.RequiresGrad) = (true, true);

        // A sum hands one gradient on to both of its operands, and here before the part's gradient arrives.
        Tensor h = x * 1, sum = h + (w * 1 * 1 * 1), y = (sum * 3).Sum() + (h[..2] * 5).Sum();
        Tensor? seen = null;
        if (where == "hook")
        {
            sum.RegisterHook(gradient => seen = gradient);
        }
        else if (where == "retain")
        {
            sum.RetainGrad();
        }

        Tensor[] found = where == "capture" ? Autograd.Grad(y, [sum, x]) : [];
        if (where != "capture")
        {
            y.Backward();
            found = [seen ?? sum.Grad!, x.Grad!];
        }

        Assert.Equal([3, 3, 3], found[0].ToArray<float>());
        Assert.Equal([8, 8, 3], found[1].ToArray<float>());
    }

    private static Tensor Leaf()
    {
        Tensor x = Tensor.Rand([5, Width], DType.Float64);
        x.RequiresGrad = true;
        return x;
    }

    private static long Computed(string way, int length, bool computed, bool createGraph)
    {
        Tensor leaf = Tensor.Rand([length, Width]);
        leaf.RequiresGrad = true;
        Tensor loss = Weighted(Steps(way, computed ? leaf * 1 : leaf));
        using Trace trace = new();
        Autograd.Grad(loss, leaf, createGraph: createGraph);
        return trace.Nodes.Where(static n => !n.IsView).SelectMany(static n => n.Outputs).Sum(static v => v.Shape.Count);
    }

    private static Tensor Weighted(Tensor[] steps) => Tensor.Stack([.. steps.Select(static (s, i) => (s * s).Sum() * (i % 7))]).Sum();

    private static Tensor[] Steps(string way, Tensor x) => way switch
    {
        "Index" => [.. Enumerable.Range(0, x.Size(0)).Select(i => x[i])],
        "Select" => [.. Enumerable.Range(0, x.Size(0)).Select(i => x.Select(0, i))],
        "Narrow" => [.. Enumerable.Range(0, x.Size(0)).Select(i => x.Narrow(0, i, 1))],
        "Unbind" => x.Unbind(),
        "Split" => x.Split(1),
        "Chunk" => x.Chunk(x.Size(0)),
        _ => [.. Enumerable.Range(0, x.Size(0)).Select(i => x.Diagonal(-i))],
    };
}
