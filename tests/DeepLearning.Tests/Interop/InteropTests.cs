using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MathNet.Numerics.LinearAlgebra;

namespace DeepLearning.Tests.Interop;

[Trait("Rerun", "Culture")]
public class InteropTests
{
    [Fact]
    public void A_wrapped_array_shares_its_elements_both_ways()
    {
        float[] array = [1, 2, 3, 4, 5, 6];
        Tensor x = Tensor.Wrap(array, 2, 3);
        x.AddInPlace(10);
        Assert.Equal([11f, 12, 13, 14, 15, 16], array);
        array[0] = -1;
        Assert.Equal(-1f, x[0, 0].Item<float>());
        Assert.Throws<ShapeException>(() => Tensor.Wrap(array, 4));
        Assert.Equal(new Shape(6), Tensor.Wrap(array).Shape);
    }

    [Fact]
    public void Memory_of_part_of_an_array_and_of_native_memory_is_shared()
    {
        long[] array = [0, 1, 2, 3, 4, 5];
        Tensor part = Tensor.Wrap(array.AsMemory(2, 4), 2, 2);
        part.MultiplyInPlace(2);
        Assert.Equal([0L, 1, 4, 6, 8, 10], array);
        using NativeMemoryManager native = new(4);
        Tensor x = Tensor.Wrap(native.Memory, 2, 2);
        x.FillInPlace(3);
        Assert.Equal([3.0, 3, 3, 3], native.Memory.ToArray());
        Assert.Equal(1, native.Pins);
    }

    [Fact]
    public void A_span_is_the_tensor_itself()
    {
        Tensor x = Tensor.Arange(6.0).Reshape(2, 3);
        x.AsSpan<float>()[4] = 40;
        Assert.Equal(40f, x[1, 1].Item<float>());
        Assert.Equal(5f, x[1].AsReadOnlySpan<float>()[2]);
        x.Access<float>(s => s.Clear());
        Assert.Equal(0f, x.Read<float, float>(s => TensorPrimitives.Sum(s)));
        GC.KeepAlive(x);
    }

    [Fact]
    public void A_span_of_another_type_or_layout_says_what_to_do()
    {
        Tensor x = Tensor.Ones(2, 3);
        Assert.Contains("convert with To", Assert.Throws<DTypeException>(() => x.AsSpan<double>()).Message, StringComparison.Ordinal);
        Assert.Contains("Contiguous()", Assert.Throws<InvalidOperationException>(() => x.T.AsSpan<float>()).Message,
            StringComparison.Ordinal);
        x.RequiresGrad = true;
        Assert.Throws<AutogradException>(() => x.AsSpan<float>());
        Assert.Equal(1f, x.AsReadOnlySpan<float>()[0]);
    }

    [Fact]
    public void A_write_through_a_span_is_noticed_by_the_record()
    {
        Tensor x = Tensor.Ones(2);
        x.RequiresGrad = true;
        Tensor y = x * 2;
        Tensor z = (y * y).Sum();
        y.AsSpan<float>()[0] = 5;
        Assert.Throws<AutogradException>(() => z.Backward());
    }

    [Fact]
    public void Elements_are_copied_from_any_layout_and_type()
    {
        double[] target = new double[7];
        Tensor.Arange(6).Reshape(2, 3).T.CopyTo(target.AsSpan());
        Assert.Equal([0.0, 3, 1, 4, 2, 5, 0], target);
        Tensor x = Tensor.Zeros(2, 2);
        x.T.CopyFrom<int>([1, 2, 3, 4]);
        Assert.Equal([1f, 3, 2, 4], x.ToArray<float>());
        Assert.Throws<ShapeException>(() => x.CopyTo(new float[3].AsSpan()));
        Assert.Throws<ShapeException>(() => x.CopyFrom<int>([1, 2, 3]));
    }

    [Fact]
    public void Arrays_of_rank_two_to_four_come_back()
    {
        Tensor x = Tensor.Arange(24.0).Reshape(2, 3, 4);
        Assert.Equal(23, x.ToArray3D<int>()[1, 2, 3]);
        Assert.Equal(7f, x[0].ToArray2D<float>()[1, 3]);
        Assert.Equal(4.0, x.Reshape(1, 2, 3, 4).ToArray4D<double>()[0, 0, 1, 0]);
        Assert.Equal(x.T.ToArray<float>(), Tensor.From(x.T.ToArray3D<float>()).ToArray<float>());
        Assert.Throws<ShapeException>(() => x.ToArray2D<float>());
    }

    [Fact]
    public void Tensor_spans_keep_the_strides()
    {
        Tensor x = Tensor.Arange(24.0).Reshape(4, 6);
        Tensor view = x.T.Narrow(0, 1, 3);
        TensorSpan<float> span = view.AsTensorSpan<float>();
        Assert.Equal(13f, span[1 - 1, 2]);
        span[2, 3] = -1;
        Assert.Equal(-1f, x[3, 3].Item<float>());
        Assert.Equal(view.ToArray<float>(), Tensor.From(view.AsReadOnlyTensorSpan<float>()).ToArray<float>());
        Tensor repeated = Tensor.From([1f, 2f]).Expand(3, 2);
        Assert.Equal(2f, repeated.AsReadOnlyTensorSpan<float>()[2, 1]);
        GC.KeepAlive(x);
    }

    [Fact]
    public void Numerics_tensors_are_shared_in_and_out()
    {
        float[] array = [1, 2, 3, 4];
        System.Numerics.Tensors.Tensor<float> other = System.Numerics.Tensors.Tensor.Create(array, [2, 2]);
        Tensor x = Tensor.Wrap(other);
        x.AddInPlace(1);
        Assert.Equal([2f, 3, 4, 5], array);
        Tensor wrapped = Tensor.Wrap(array, 2, 2);
        wrapped.T.ToNumericsTensor<float>()[1, 0] = 9;
        Assert.Equal([2f, 9, 4, 5], array);
        Assert.Equal(3.0, Tensor.Full([2], 3.0).ToNumericsTensor<double>()[1]);
    }

    [Fact]
    public void Dense_matrices_are_views_of_their_columns_in_both_directions()
    {
        Matrix<double> matrix = Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        Tensor x = Tensor.Wrap(matrix);
        Assert.Equal(new Shape(2, 3), x.Shape);
        Assert.Equal([1.0, 2, 3, 4, 5, 6], x.ToArray<double>());
        x[1, 0] = 40;
        Assert.Equal(40, matrix[1, 0]);
        Matrix<double> back = x.ToMatrix<double>();
        back[0, 1] = 20;
        Assert.Equal(20, matrix[0, 1]);
        Matrix<float> copy = Tensor.Arange(6.0).Reshape(2, 3).ToMatrix<float>();
        Assert.Equal((2f, 5f), (copy[0, 2], copy[1, 2]));
        Assert.Equal([1.0, 0, 0, 1], Tensor.Wrap(Matrix<double>.Build.SparseIdentity(2)).ToArray<double>());
    }

    [Fact]
    public void Vectors_are_shared_in_both_directions()
    {
        Vector<float> vector = Vector<float>.Build.Dense([1, 2, 3]);
        Tensor x = Tensor.Wrap(vector);
        x.MultiplyInPlace(2);
        Assert.Equal(6f, vector[2]);
        x.ToVector<float>()[0] = 7;
        Assert.Equal(7f, vector[0]);
        Assert.Equal(2.0, Tensor.Arange(3).ToVector<double>()[2]);
        Assert.Throws<ShapeException>(() => Tensor.Ones(2, 2).ToVector<float>());
    }

    [Fact]
    public void A_wrapped_array_survives_the_end_of_a_scope()
    {
        float[] array = [1, 2];
        using (new TensorScope())
        {
            Tensor.Wrap(array).AddInPlace(1);
        }

        for (int i = 0; i < 100; i++)
        {
            Tensor.Zeros(2);
        }

        Assert.Equal([2f, 3], array);
    }

    private sealed unsafe class NativeMemoryManager(int count) : MemoryManager<double>
    {
        private readonly double* _memory = (double*)NativeMemory.AllocZeroed((nuint)count, sizeof(double));

        public int Pins { get; private set; }

        public override Span<double> GetSpan() => new(_memory, count);

        public override MemoryHandle Pin(int elementIndex = 0)
        {
            Pins++;
            return new MemoryHandle(_memory + elementIndex, default, this);
        }

        public override void Unpin() => Pins--;

        protected override void Dispose(bool disposing) => NativeMemory.Free(_memory);
    }
}
