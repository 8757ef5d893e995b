using System.Globalization;
using System.Runtime.InteropServices;
using DeepLearning.Backends.Cpu;

namespace DeepLearning.Tests;

[Trait("Rerun", "Simd")]
[Trait("Rerun", "Culture")]
public class BFloat16Tests
{
    [Theory]
    [InlineData(1.0f, 0x3F80)]
    [InlineData(1.00390625f, 0x3F80)]
    [InlineData(1.01171875f, 0x3F82)]
    [InlineData(-0.0f, 0x8000)]
    [InlineData(3.4e38f, 0x7F80)]
    [InlineData(float.NegativeInfinity, 0xFF80)]
    [InlineData(9.2e-41f, 0x0001)]
    public void A_float_is_rounded_to_the_nearest_and_ties_to_even(float value, int bits)
    {
        Assert.Equal(bits, ((BFloat16)value).ToBits());
        Assert.Equal(bits, ((BFloat16)(double)value).ToBits());
    }

    [Fact]
    public void A_double_is_rounded_once()
    {
        double justAboveTie = 1.00390625 + 1e-12;
        Assert.Equal(0x3F81, ((BFloat16)justAboveTie).ToBits());
        Assert.Equal(0x3F80, ((BFloat16)(1.00390625 - 1e-12)).ToBits());
        Assert.Equal(0x7F80, ((BFloat16)1e300).ToBits());
        Assert.True(BFloat16.IsNaN((BFloat16)double.NaN));
    }

    [Fact]
    public void Every_number_survives_the_way_through_float_text_and_spans()
    {
        BFloat16[] all = [.. Enumerable.Range(0, 65536).Select(i => BFloat16.FromBits((ushort)i))];
        float[] widened = new float[all.Length];
        BFloat16[] narrowed = new BFloat16[all.Length];
        HalfConversion.ToSingle(all, widened);
        HalfConversion.ToBFloat16(widened, narrowed);
        for (int i = 0; i < all.Length; i++)
        {
            Assert.Equal(all[i], (BFloat16)widened[i]);
            Assert.Equal(all[i], narrowed[i]);
            Assert.Equal((float)all[i], widened[i]);
        }

        CultureInfo culture = CultureInfo.InvariantCulture;
        Assert.All(all.Where((_, i) => i % 37 == 0), v => Assert.Equal(v, BFloat16.Parse(v.ToString(null, culture), culture)));
    }

    [Fact]
    public void Spans_convert_as_single_numbers_do()
    {
        Random random = new(1);
        float[] values = new float[1003];
        random.NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
        BFloat16[] brain = new BFloat16[values.Length];
        Half[] half = new Half[values.Length];
        float[] back = new float[values.Length];
        HalfConversion.ToBFloat16(values, brain);
        Assert.Equal(values.Select(v => ((BFloat16)v).ToBits()), brain.Select(v => v.ToBits()));
        HalfConversion.ToHalf(values, half);
        Assert.Equal(values.Select(v => (Half)v), half);
        HalfConversion.ToSingle(half, back);
        Assert.Equal(half.Select(v => (float)v), back);
    }

    [Fact]
    public void Comparison_and_arithmetic_follow_float()
    {
        BFloat16 two = (BFloat16)2.0f;
        Assert.True(two > BFloat16.One && two >= BFloat16.One && BFloat16.One < two && BFloat16.One <= two && two != BFloat16.One);
        Assert.False(BFloat16.NaN == BFloat16.NaN);
        Assert.True(BFloat16.NaN.Equals(BFloat16.NaN));
        Assert.Equal((BFloat16)3.0f, two + BFloat16.One);
        Assert.Equal((BFloat16)(-1.0f), BFloat16.One - two);
        Assert.Equal((BFloat16)0.5f, BFloat16.One / two);
        Assert.Equal((BFloat16)(-4.0f), two * -two);
        Assert.Equal(1, two.CompareTo((object)BFloat16.One));
        Assert.Throws<ArgumentException>(() => two.CompareTo("2"));
        Assert.False(BFloat16.TryParse("x", CultureInfo.InvariantCulture, out _));
    }
}
