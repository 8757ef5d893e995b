namespace DeepLearning.Tests.Memory;

/// <summary>Operands that lie in the memory which is written, found by their addresses: an array may be wrapped more than once.</summary>
public class SharedMemoryTests
{
    private const int Length = 67;

    // Where the written part and the operand start in one array.
    public static TheoryData<int, int> Starts => new() { { 1, 0 }, { 0, 1 }, { 0, 0 }, { 5, 0 }, { 0, 33 }, { 66, 0 } };

    [Theory]
    [MemberData(nameof(Starts))]
    public void An_operand_is_read_before_it_is_written(int target, int source)
    {
        (string Name, Action<Tensor, Tensor> Write)[] writes =
        [
            ("Add", static (x, y) => x.AddInPlace(y)),
            ("Multiply", static (x, y) => x.MultiplyInPlace(y)),
            ("Maximum", static (x, y) => x.MaximumInPlace(y)),
            ("Add of a view", static (x, y) => x.AddInPlace(y.Flip(0))),
            ("CopyFrom", static (x, y) => x.CopyFrom(y)),
            ("index", static (x, y) => x[..] = y),
            ("rows", static (x, y) => x.Reshape(1, -1)[0] = y),
            ("Lerp", static (x, y) => x.LerpInPlace(y, 0.5)),
            ("AddCMul", static (x, y) => x.AddCMulInPlace(y, y)),
            ("AddCMul, third", static (x, y) => x.AddCMulInPlace(Tensor.Ones([Length], DType.Float64), y)),
            ("AddCDiv", static (x, y) => x.AddCDivInPlace(y, y + 1)),
            ("Lerp, third", static (x, y) => x.LerpInPlace(Tensor.Ones([Length], DType.Float64), y)),
            ("Fmod", static (x, y) => x.FmodInPlace(y + 1)),
            ("Where", static (x, y) => x.MaskedFillInPlace(y.Greater(20), 0)),
            ("Clamp", static (x, y) => x.ClampInPlace(y, y + 3)),
            ("Scatter", static (x, y) => x.ScatterInPlace(0, Tensor.Arange(Length).Flip(0), y)),
            ("ScatterAdd", static (x, y) => x.ScatterAddInPlace(0, Tensor.Arange(Length).Flip(0), y)),
            ("IndexPut", static (x, y) => x.IndexPutInPlace([Tensor.Arange(Length).Flip(0)], y)),
        ];
        foreach ((string name, Action<Tensor, Tensor> write) in writes)
        {
            double[] array = [.. Enumerable.Range(1, Length + 70).Select(static i => (double)i)];
            Tensor apart = Tensor.From(array.AsSpan(target, Length).ToArray());
            Tensor operand = Tensor.From(array.AsSpan(source, Length).ToArray());
            write(apart, operand);
            double[] expected = [.. array];
            apart.ToArray<double>().CopyTo(expected, target);

            write(Tensor.Wrap(array.AsMemory(target, Length)), Tensor.Wrap(array.AsMemory(source, Length)));
            Assert.True(expected.SequenceEqual(array), $"{name}, {source} into {target}");

            // Within one tensor, as ever.
            double[] again = [.. Enumerable.Range(1, Length + 70).Select(static i => (double)i)];
            Tensor whole = Tensor.Wrap(again);
            write(whole.Narrow(0, target, Length), whole.Narrow(0, source, Length));
            Assert.True(expected.SequenceEqual(again), $"{name}, {source} into {target} of one tensor");
        }
    }

    [Fact]
    public void A_row_that_is_part_of_the_result_is_read_first()
    {
        float[] array = [.. Enumerable.Range(1, 6 * Length).Select(static i => (float)i)];
        float[] expected = [.. array.Select((value, i) => value + array[(2 * Length) + (i % Length)])];
        Tensor.Wrap(array, 6, Length).AddInPlace(Tensor.Wrap(array.AsMemory(2 * Length, Length)));
        Assert.Equal(expected, array);
    }

    [Fact]
    public void Memory_under_two_element_types_is_one_memory()
    {
        int[] array = [.. Enumerable.Range(1, Length + 1)];
        Tensor floats = Tensor.Wrap(new FloatView(array).Memory);
        Tensor integers = Tensor.Wrap(array.AsMemory(1, Length));
        float[] before = floats.ToArray<float>();
        integers.CopyFrom(Tensor.Wrap(array.AsMemory(0, Length)));
        Assert.Equal(Enumerable.Range(1, Length), array[1..]);
        Assert.Equal(before[..Length], floats.ToArray<float>()[1..]);
        Assert.True(SharedMemory.Between(floats, integers));
        Assert.False(SharedMemory.Between(floats[..1], integers));
    }

    [Fact]
    public void Apart_from_each_other_nothing_is_copied()
    {
        float[] array = new float[4000];
        Tensor x = Tensor.Wrap(array.AsMemory(0, 2000)), y = Tensor.Wrap(array.AsMemory(2000, 2000)), z = Tensor.Zeros(2000);
        Assert.False(SharedMemory.Between(x, y));
        Assert.False(SharedMemory.Between(x, z));
        Assert.False(SharedMemory.Between(Tensor.Wrap(array.AsMemory(5, 0)), x));
        Assert.True(SharedMemory.Between(x, Tensor.Wrap(array.AsMemory(1999, 1))));
        Assert.True(SharedMemory.Between(x, x.Narrow(0, 3, 2)));
        Assert.True(SharedMemory.Between(Tensor.Wrap(array)[1..], y));
    }

    /// <summary>The same memory as numbers of another type.</summary>
    private sealed class FloatView(int[] array) : System.Buffers.MemoryManager<float>
    {
        public override Span<float> GetSpan() => System.Runtime.InteropServices.MemoryMarshal.Cast<int, float>(array.AsSpan());

        public override unsafe System.Buffers.MemoryHandle Pin(int elementIndex = 0)
        {
            var handle = System.Runtime.InteropServices.GCHandle.Alloc(array, System.Runtime.InteropServices.GCHandleType.Pinned);
            return new System.Buffers.MemoryHandle((float*)handle.AddrOfPinnedObject() + elementIndex, handle, this);
        }

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
