namespace DeepLearning.Tests.Ops.Convolution;

public class PerAxisTests
{
    [Fact]
    public void A_single_number_stands_for_every_axis()
    {
        PerAxis every = 3, two = (3, 5), three = (2, 3, 5);
        Assert.Equal([3, 3, 3], new[] { every[0], every[1], every[2] });
        Assert.Equal([3, 5], new[] { two[0], two[1] });
        Assert.Equal([2, 3, 5], new[] { three[0], three[1], three[2] });
        Assert.Equal((1, 2, 3), (every.Count, two.Count, three.Count));
        Assert.Equal(0, default(PerAxis)[1]);
        Assert.Contains("2 axes", Assert.Throws<ArgumentOutOfRangeException>(() => two[2]).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => every[-1]);
    }

    [Fact]
    public void Numbers_that_are_all_the_same_equal_the_single_one()
    {
        PerAxis every = 3;
        Assert.True(every == (3, 3) && every == (3, 3, 3) && (PerAxis)(3, 3) == (3, 3, 3));
        Assert.True(every != 4 && every != (3, 5) && (PerAxis)(3, 5) != (3, 5, 5) && (PerAxis)(3, 5) == (3, 5));
        Assert.Equal(every.GetHashCode(), ((PerAxis)(3, 3)).GetHashCode());
        Assert.Equal(((PerAxis)(3, 5)).GetHashCode(), ((PerAxis)(3, 5)).GetHashCode());
        Assert.True(every.Equals((object)(PerAxis)(3, 3)) && !every.Equals("3"));
        Assert.Equal(("3", "3", "(3, 5)", "(2, 3, 5)"),
            (every.ToString(), ((PerAxis)(3, 3)).ToString(), ((PerAxis)(3, 5)).ToString(), ((PerAxis)(2, 3, 5)).ToString()));
    }
}
