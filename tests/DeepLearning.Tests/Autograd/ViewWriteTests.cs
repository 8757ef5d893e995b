namespace DeepLearning.Tests;

/// <summary>In-place writes into views and into what they are views of, and what becomes of the histories on both sides.</summary>
public class ViewWriteTests
{
    /// <summary>Ways to take a part of a 4 × 6 tensor. Each shares memory with it.</summary>
    private static readonly Dictionary<string, Func<Tensor, Tensor>> _views = new()
    {
        ["row by index"] = static t => t[1],
        ["column by index"] = static t => t[TensorIndex.All, 2],
        ["element"] = static t => t[1, 2],
        ["select"] = static t => t.Select(1, -1),
        ["narrow"] = static t => t.Narrow(0, 1, 2),
        ["narrow of a narrow"] = static t => t.Narrow(0, 1, 3).Narrow(1, 2, 3),
        ["stepped slice"] = static t => t[TensorIndex.Slice(0, null, 2), TensorIndex.Slice(1, null, 3)],
        ["unbind"] = static t => t.Unbind()[3],
        ["unbind along the second axis"] = static t => t.Unbind(1)[0],
        ["split"] = static t => t.Split(2)[1],
        ["split by sizes"] = static t => t.Split([1, 5], 1)[1],
        ["chunk"] = static t => t.Chunk(3, 1)[2],
        ["transpose"] = static t => t.T,
        ["permute of a reshape"] = static t => t.View(2, 2, 6).Permute(2, 0, 1),
        ["reshape"] = static t => t.Reshape(3, 8),
        ["flatten"] = static t => t.Flatten(),
        ["unsqueeze and squeeze"] = static t => t.Unsqueeze(1)[TensorIndex.All, TensorIndex.All, 1..3].Squeeze(1),
        ["diagonal"] = static t => t.Diagonal(1),
        ["move axis"] = static t => t.MoveAxis(0, 1)[2..4],
        ["windows that do not overlap"] = static t => t.Unfold(1, 2, 2),
        ["nothing"] = static t => t[2..2],
        ["whole"] = static t => t[..],
    };

    /// <summary>In-place writes of a value that broadcasts to the target.</summary>
    private static readonly Dictionary<string, Action<Tensor, Tensor>> _writes = new()
    {
        ["AddInPlace"] = static (t, x) => t.AddInPlace(x),
        ["AddInPlace, scaled"] = static (t, x) => t.AddInPlace(x, 0.5),
        ["MultiplyInPlace"] = static (t, x) => t.MultiplyInPlace(x),
        ["AddCMulInPlace"] = static (t, x) => t.AddCMulInPlace(x, x * x),
        ["CopyFrom"] = static (t, x) => t.CopyFrom(x),
        ["SinInPlace after AddInPlace"] = static (t, x) => t.AddInPlace(x).SinInPlace(),
        ["index assignment"] = static (t, x) => t[TensorIndex.Ellipsis] = x,
        ["MaskedFillInPlace"] = static (t, x) => t.MaskedFillInPlace(t.Detach() > 0.2, x),
        ["FillInPlace, then AddInPlace"] = static (t, x) => t.FillInPlace(0.25).AddInPlace(x),
        ["write into a view of the view"] = static (t, x) => t.Reshape(1, -1)[0].AddInPlace(x),
    };

    public static TheoryData<string> Views => [.. _views.Keys];

    [Theory]
    [MemberData(nameof(Views))]
    public void A_write_into_a_view_is_recorded_in_its_base_and_in_other_views(string view)
    {
        Func<Tensor, Tensor> take = _views[view];
        Tensor start = Random(4, 6), value = Random(), constant = Random(4, 6).Detach();
        foreach ((string write, Action<Tensor, Tensor> apply) in _writes)
        {
            if (write == "write into a view of the view" && take(Tensor.Zeros(4, 6)) is { IsContiguous: false })
            {
                continue; // Reshape copies there
            }

            foreach (bool isRecorded in (bool[])[true, false])
            {
                // Base, written view, a view taken earlier and one taken later, each with other weights.
                Tensor Program(Tensor[] i)
                {
                    Tensor whole = isRecorded ? i[0] * 1.5 : constant.Clone();
                    Tensor older = whole.Narrow(1, 1, 4).T;
                    Tensor part = take(whole);
                    apply(part, i[1]);
                    Tensor newer = whole[1..];
                    return (whole * constant).Sum() + part.Square().Sum() + older.Sin().Sum() + (newer * 0.3).Exp().Sum() + i[0].Sum();
                }

                GradCheck.First(Program, [start, value]);
                GradCheck.Second(Program, [start, value]);
            }
        }
    }

    [Fact]
    public void A_buffer_filled_row_by_row_hands_its_gradient_on()
    {
        Tensor x = Leaf(1, 2, 3);
        foreach (Action<Tensor, Tensor> fill in (Action<Tensor, Tensor>[])
            [
                (b, r) => b[0].AddInPlace(r), (b, r) => b[0].CopyFrom(r), (b, r) => b.Narrow(0, 0, 1).CopyFrom(r),
                (b, r) => b.Unbind()[0].AddInPlace(r),
            ])
        {
            Tensor buffer = Tensor.Zeros([2, 3], DType.Float64);
            fill(buffer, x);
            x.Grad = null;
            (buffer * 2).Sum().Backward();
            Assert.Equal([2, 2, 2], x.Grad!.ToArray<double>());
        }
    }

    [Fact]
    public void Rows_written_one_after_the_other_cost_linear_time_in_the_backward_pass()
    {
        // Each row's gradient was its own clone of the whole once: 4,000 × 4,000 × 64 numbers.
        Tensor x = Tensor.Rand([4000, 64], DType.Float64);
        x.RequiresGrad = true;
        Tensor scaled = x * 3;
        Tensor byCopy = Tensor.Zeros([4000, 64], DType.Float64), byIndex = Tensor.Zeros([4000, 64], DType.Float64);
        for (int i = 0; i < 4000; i++)
        {
            Tensor row = scaled.Detach()[i];
            row.RequiresGrad = true;
            byCopy[i].CopyFrom(row);
            byIndex[i] = row;
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        (byCopy + byIndex).Sum().Backward();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 60_000_000);
    }

    [Fact]
    public void Values_that_a_hook_or_a_capture_holds_are_not_written_over()
    {
        Tensor x = Leaf(1, 2, 3, 4), row = Leaf(5, 6);
        Tensor buffer = x * 2;
        Tensor part = buffer[1..3];
        part.CopyFrom(row);
        Tensor? seen = null;
        buffer.RegisterHook(g =>
        {
            seen = g;
            return null;
        });
        buffer.RetainGrad();
        (buffer * Tensor.From([1.0, 2, 3, 4])).Sum().Backward(retainGraph: true);
        Assert.Equal([1, 2, 3, 4], seen!.ToArray<double>());
        Assert.Equal([1, 2, 3, 4], buffer.Grad!.ToArray<double>());
        Assert.Equal([2, 0, 0, 8], x.Grad!.ToArray<double>());
        Assert.Equal([2, 3], row.Grad!.ToArray<double>());

        Tensor loss = (buffer * Tensor.From([1.0, 2, 3, 4])).Sum();
        Tensor[] gradients = Autograd.Grad(loss, [buffer, x, row]);
        Assert.Equal([1, 2, 3, 4], gradients[0].ToArray<double>());
        Assert.Equal([2, 0, 0, 8], gradients[1].ToArray<double>());
        Assert.Equal([2, 3], gradients[2].ToArray<double>());
    }

    [Fact]
    public void A_retained_gradient_is_that_of_the_newest_value()
    {
        Tensor x = Leaf(1, 2), y = x * 1;
        y.RetainGrad();
        y.MultiplyInPlace(3.0);
        (y * 2).Sum().Backward();
        Assert.Equal([2, 2], y.Grad!.ToArray<double>());
        Assert.Equal([6, 6], x.Grad!.ToArray<double>());
    }

    [Fact]
    public void An_older_expanded_view_or_window_follows_a_write_to_its_base()
    {
        foreach (Func<Tensor, Tensor> view in (Func<Tensor, Tensor>[])
            [t => t[0].Expand(5), t => t.Unfold(0, 3, 1), t => t.Reshape(2, 1, 3).Expand(2, 4, 3)])
        {
            Tensor Program(Tensor[] i)
            {
                Tensor y = i[0] * 1, older = view(y);
                y.MultiplyInPlace(i[0] * i[0]);
                return older.Sin().Sum();
            }

            GradCheck.First(Program, [Random(6)]);
            GradCheck.Second(Program, [Random(6)]);
        }
    }

    [Fact]
    public void A_base_of_any_layout_takes_part()
    {
        foreach (Func<Tensor, Tensor> make in (Func<Tensor, Tensor>[])
            [t => t.T.Detach(), t => t[1..3, 1..3].Detach(), t => t[TensorIndex.All, TensorIndex.Slice(0, null, 2)].Detach()])
        {
            Tensor Program(Tensor[] i)
            {
                Tensor whole = make(Tensor.Ones([4, 6], DType.Float64)), older = whole[1];
                whole[TensorIndex.All, 0].AddInPlace(i[0]);
                whole[TensorIndex.All, 1].CopyFrom(i[0] * i[0]);
                return whole.Square().Sum() + (older * 3).Exp().Sum();
            }

            GradCheck.First(Program, [Random()]);
            GradCheck.Second(Program, [Random()]);
        }
    }

    [Fact]
    public void A_write_into_a_view_of_a_leaf_is_refused_and_changes_nothing()
    {
        foreach ((string name, Func<Tensor, Tensor> view) in _views)
        {
            Tensor leaf = Random(4, 6);
            double[] before = leaf.ToArray<double>();
            Tensor part = view(leaf), one = Tensor.FromScalar(1.0, DType.Float64);
            Action[] writes =
            [
                () => part.AddInPlace(1.0), () => part.AddInPlace(one), () => part.CopyFrom(one), () => part.ZeroInPlace(),
                () => part[TensorIndex.Ellipsis] = 1.0, () => part.MaskedFillInPlace(one > 0, 1.0), () => part.UniformInPlace(),
                () => part.SinInPlace(),
            ];
            foreach (Action write in writes)
            {
                Assert.Contains("leaf", Assert.Throws<AutogradException>(write).Message, StringComparison.Ordinal);
            }

            Assert.Equal(before, leaf.ToArray<double>());
            (leaf * leaf).Sum().Backward();
            Assert.NotNull(leaf.Grad);
            Assert.True(leaf.IsLeaf, name);
            using (GradMode.NoGrad())
            {
                part.AddInPlace(1.0);
            }
        }
    }

    [Fact]
    public void A_leaf_made_of_a_base_after_its_views_is_protected_from_them()
    {
        Tensor whole = Tensor.Zeros(4, 6), part = whole[1];
        whole.RequiresGrad = true;
        Assert.Throws<AutogradException>(() => part.AddInPlace(1.0));
    }

    [Fact]
    public void A_view_taken_without_recording_may_be_written_to_only_where_that_says_nothing_about_gradients()
    {
        Tensor x = Leaf(1, 2, 3), buffer = Tensor.Zeros([2, 3], DType.Float64), made = x.Expand(2, 3) * 2;
        Tensor part, madePart;
        using (GradMode.NoGrad())
        {
            part = buffer[0];
            madePart = made[0];
        }

        part.AddInPlace(1.0);
        Assert.Contains("NoGrad", Assert.Throws<AutogradException>(() => part.AddInPlace(x)).Message, StringComparison.Ordinal);
        Assert.Throws<AutogradException>(() => part[1..].CopyFrom(x[1..]));
        Assert.Throws<AutogradException>(() => madePart.AddInPlace(1.0));
        Assert.Equal([1, 1, 1, 0, 0, 0], buffer.ToArray<double>());
        buffer.MultiplyInPlace(x);
        Assert.Contains("NoGrad", Assert.Throws<AutogradException>(() => part * 2).Message, StringComparison.Ordinal);
        Assert.Equal([2, 4, 6], (part.Detach() * 2).ToArray<double>());
    }

    [Fact]
    public void A_detached_tensor_goes_its_own_way()
    {
        Tensor x = Leaf(1, 2, 3), y = x * 2, cut = y.Detach();
        cut.AddInPlace(x);
        ((cut * 2).Sum() + (y * 3).Sum()).Backward();
        Assert.Equal([8, 8, 8], x.Grad!.ToArray<double>());
    }

    [Fact]
    public void A_value_needed_by_a_gradient_and_changed_through_a_view_is_named()
    {
        Tensor x = Leaf(1, 2, 3), y = x.Exp();
        y[1..].MultiplyInPlace(2.0);
        Assert.Contains("changed in place", Assert.Throws<AutogradException>(() => y.Sum().Backward()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filled_value_has_no_gradient_to_give()
    {
        Tensor x = Leaf(1, 2, 3), y = x * 2, older = y[1..];
        y[0..2].ZeroInPlace();
        (y.Sum() + older.Sum()).Backward();
        Assert.Equal([0, 0, 4], x.Grad!.ToArray<double>());

        Tensor z = x * 2;
        z.ZeroInPlace();
        z.Sum().Backward();
        using (GradMode.NoGrad())
        {
            z = x * 2;
            z.ZeroInPlace();
        }
    }

    [Fact]
    public void A_write_without_recording_leaves_histories_as_they_are()
    {
        Tensor x = Leaf(1, 2, 3), y = x * 2;
        using (GradMode.NoGrad())
        {
            y.ZeroInPlace();
            y[0].AddInPlace(7.0);
        }

        y.Sum().Backward();
        Assert.Equal([2, 2, 2], x.Grad!.ToArray<double>());
    }

    [Fact]
    public void Overlapping_windows_take_no_values_but_one_number()
    {
        Tensor windows = Tensor.Arange(5.0).Unfold(0, 2, 1);
        Assert.Throws<InvalidOperationException>(() => windows.MultiplyInPlace(2.0));
        Assert.Throws<InvalidOperationException>(() => windows.CopyFrom(Tensor.Zeros(4, 2)));
        windows.FillInPlace(3);
        Assert.Equal([3, 3], windows.ToArray<float>()[..2]);
    }

    [Fact]
    public void Random_programs_of_views_and_writes_have_the_gradients_of_finite_differences()
    {
        string[] writes = [.. _writes.Keys.Where(static w => w != "write into a view of the view")];
        string[] views = [.. _views.Keys];
        for (int seed = 0; seed < 150; seed++)
        {
            Tensor Program(Tensor[] i)
            {
                Random random = new(seed);
                List<Tensor> alive = [random.Next(2) == 0 ? i[0] * 1 : Tensor.Ones([4, 6], DType.Float64)];
                for (int step = 0; step < 8; step++)
                {
                    Tensor from = alive[random.Next(alive.Count)];
                    Tensor target = alive[random.Next(alive.Count)];
                    switch (random.Next(4))
                    {
                        case 0 when from.Rank == 2 && from.Size(0) == 4 && from.Size(1) == 6:
                            alive.Add(_views[views[random.Next(views.Length)]](from));
                            break;
                        case 1 when from.Rank > 0 && from.Size(0) > 0:
                            alive.Add(from[random.Next(from.Size(0))]);
                            break;
                        case 2:
                            // A clone: what a later write changes, a gradient may not need.
                            alive.Add(from.Clone().Sin());
                            break;
                        default:
                            bool takesValue = random.Next(3) == 0 && from.Rank == 0 && !ReferenceEquals(from, target);
                            Tensor operand = takesValue ? from.Clone() : i[1] * random.Next(3);
                            _writes[writes[random.Next(writes.Length)]](target, operand);
                            break;
                    }
                }

                Tensor sum = i[0].Sum() + i[1];
                for (int k = 0; k < alive.Count; k++)
                {
                    sum = sum + (alive[k] * (0.3 + (0.2 * k))).Sin().Sum();
                }

                return sum;
            }

            GradCheck.First(Program, [Random(4, 6), Random()]);
        }
    }

    private static Tensor Random(params int[] shape)
    {
        Tensor leaf = Tensor.Rand(shape, DType.Float64, new Generator(7)) + 0.1;
        leaf.RequiresGrad = true;
        return leaf;
    }

    private static Tensor Leaf(params double[] values)
    {
        Tensor leaf = Tensor.From(values);
        leaf.RequiresGrad = true;
        return leaf;
    }
}
