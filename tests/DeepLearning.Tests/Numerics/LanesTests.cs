using System.Runtime.InteropServices;
using DeepLearning.Numerics;

namespace DeepLearning.Tests.Numerics;

[Trait("Rerun", "Simd")]
public class LanesTests
{
    public static TheoryData<string> Functions => [.. NamedFunctions.Names];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_width_gives_the_same_bits(string function)
    {
        Random random = new(5);
        float[] singles = new float[1024];
        double[] doubles = new double[1024];
        random.NextBytes(MemoryMarshal.AsBytes(singles.AsSpan()));
        random.NextBytes(MemoryMarshal.AsBytes(doubles.AsSpan()));
        for (int i = 0; i < 512; i++)
        {
            doubles[i] = (random.NextDouble() - 0.5) * (i % 20);
            singles[i] = (float)doubles[i];
        }

        float[] one = NamedFunctions.Map<Lane<float>, float>(function, singles);
        double[] oneDouble = NamedFunctions.Map<Lane<double>, double>(function, doubles);
        AssertSame(one, NamedFunctions.Map<Lanes128<float>, float>(function, singles));
        AssertSame(one, NamedFunctions.Map<Lanes256<float>, float>(function, singles));
        AssertSame(one, NamedFunctions.Map<Lanes512<float>, float>(function, singles));
        AssertSame(oneDouble, NamedFunctions.Map<Lanes128<double>, double>(function, doubles));
        AssertSame(oneDouble, NamedFunctions.Map<Lanes256<double>, double>(function, doubles));
        AssertSame(oneDouble, NamedFunctions.Map<Lanes512<double>, double>(function, doubles));
    }

    [Fact]
    public void Arithmetic_comparison_and_selection_are_right_for_every_element_type_and_width()
    {
        CheckAll<float>();
        CheckAll<double>();
        CheckAll<int>();
        CheckAll<long>();
        CheckAll<byte>();

        static void CheckAll<T>()
            where T : unmanaged, System.Numerics.INumber<T>, System.Numerics.IMinMaxValue<T>
        {
            Check<Lane<T>, T>();
            Check<Lanes128<T>, T>();
            Check<Lanes256<T>, T>();
            Check<Lanes512<T>, T>();
        }
    }

    [Fact]
    public void Maximum_and_minimum_pass_NaN_on()
    {
        Check<Lane<float>>();
        Check<Lanes128<float>>();
        Check<Lanes256<float>>();
        Check<Lanes512<float>>();

        static void Check<V>()
            where V : struct, ILanes<V, float>, IReal<V>
        {
            V nan = float.NaN;
            V one = 1.0;
            Assert.All(ToArray<V, float>(V.Max(nan, one)).Concat(ToArray<V, float>(V.Max(one, nan))), v => Assert.True(float.IsNaN(v)));
            Assert.All(ToArray<V, float>(V.Min(nan, one)).Concat(ToArray<V, float>(V.Min(one, nan))), v => Assert.True(float.IsNaN(v)));
            Assert.All(ToArray<V, float>(V.Select(V.IsNaN(nan), one, nan)), v => Assert.Equal(1.0f, v));
            Mask<V> none = V.Less(nan, one) | V.LessOrEqual(one, nan) | V.Equal(nan, nan);
            Assert.All(ToArray<V, float>(V.Select(none, nan, one)), v => Assert.Equal(1.0f, v));
        }
    }

    [Fact]
    public void Rounding_goes_to_the_even_integer()
    {
        float[] x = [-2.5f, -1.5f, -0.5f, 0.5f, 1.5f, 2.5f, 2.6f, -2.6f];
        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal(MathF.Round(x[i]), ToArray<Lanes512<float>, float>(Lanes512<float>.Round(x[i]))[7]);
            Assert.Equal(MathF.Floor(x[i]), ToArray<Lanes256<float>, float>(Lanes256<float>.Floor(x[i]))[7]);
            Assert.Equal(MathF.Ceiling(x[i]), ToArray<Lanes128<float>, float>(Lanes128<float>.Ceiling(x[i]))[3]);
            Assert.Equal(MathF.Truncate(x[i]), Lane<float>.Truncate(x[i]).Value);
            Assert.Equal(Math.Round((double)x[i]), ToArray<Lanes512<double>, double>(Lanes512<double>.Round(x[i]))[7]);
        }
    }

    [Fact]
    public void Functions_of_integers_say_that_they_must_be_promoted()
    {
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => NamedFunctions.Apply("Exp", new Lane<int>(1)));
        Assert.Contains("promote", error.Message, StringComparison.Ordinal);
    }

    private static void Check<V, T>()
        where V : struct, ILanes<V, T>, IReal<V>
        where T : unmanaged, System.Numerics.INumber<T>, System.Numerics.IMinMaxValue<T>
    {
        T[] a = [.. Enumerable.Range(0, 64).Select(i => T.CreateTruncating((i * 37 % 29) + 1))];
        T[] b = [.. Enumerable.Range(0, 64).Select(i => T.CreateTruncating((i * 11 % 29) + 1))];
        bool signed = T.MinValue < T.Zero;
        if (signed)
        {
            a = [.. a.Select((v, i) => i % 3 == 0 ? -v : v)];
        }

        for (int i = 0; i < a.Length; i += V.Width)
        {
            V x = V.Load(ref a[0], (nuint)i);
            V y = V.Load(ref b[0], (nuint)i);
            int start = i;
            AssertEach(x + y, k => a[k] + b[k]);
            AssertEach(x - y, k => a[k] - b[k]);
            AssertEach(x * y, k => a[k] * b[k]);
            AssertEach(x / y, k => a[k] / b[k]);
            AssertEach(-x, k => T.Zero - a[k]);
            AssertEach(V.MultiplyAdd(x, y, 2.0), k => (a[k] * b[k]) + T.CreateTruncating(2));
            AssertEach(V.Max(x, y), k => T.Max(a[k], b[k]));
            AssertEach(V.Min(x, y), k => T.Min(a[k], b[k]));
            AssertEach(V.Abs(x), k => T.Abs(a[k]));
            AssertEach(V.Select(V.Less(x, y), x, y), k => a[k] < b[k] ? a[k] : b[k]);
            AssertEach(V.Select(V.LessOrEqual(x, y), 1.0, 0.0), k => a[k] <= b[k] ? T.One : T.Zero);
            AssertEach(V.Select(V.Equal(x, y), 1.0, 0.0), k => a[k] == b[k] ? T.One : T.Zero);
            Mask<V> less = V.Less(x, y);
            Mask<V> first = V.Equal(x, V.Create(a[i]));
            AssertEach(V.Select(less & ~first, 1.0, 0.0), k => a[k] < b[k] && a[k] != a[start] ? T.One : T.Zero);
            AssertEach(V.Select(less | first, 1.0, 0.0), k => a[k] < b[k] || a[k] == a[start] ? T.One : T.Zero);

            void AssertEach(V value, Func<int, T> expected) =>
                Assert.Equal(Enumerable.Range(start, V.Width).Select(expected), ToArray<V, T>(value));
        }
    }

    private static T[] ToArray<V, T>(V value)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        T[] elements = new T[V.Width];
        value.Store(ref elements[0], 0);
        return elements;
    }

    private static void AssertSame<T>(T[] expected, T[] actual)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = MemoryMarshal.AsBytes(expected.AsSpan(i, 1)).SequenceEqual(MemoryMarshal.AsBytes(actual.AsSpan(i, 1)));
            Assert.True(same || (T.IsNaN(expected[i]) && T.IsNaN(actual[i])), $"element {i}: {expected[i]} and {actual[i]}");
        }
    }
}
