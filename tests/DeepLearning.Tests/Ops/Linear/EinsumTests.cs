namespace DeepLearning.Tests.Ops.Linear;

[Trait("Rerun", "Simd")]
[Trait("Rerun", "Culture")]
public class EinsumTests
{
    [Theory]
    [InlineData("ij,jk->ik", new[] { 2, 3 }, new[] { 3, 2 })]
    [InlineData("ij,jk", new[] { 2, 3 }, new[] { 3, 2 })]
    [InlineData("bij,bjk->kbi", new[] { 2, 2, 3 }, new[] { 2, 3, 2 })]
    [InlineData("ii,i->", new[] { 3, 3 }, new[] { 3 })]
    [InlineData("iij,jii->ji", new[] { 2, 2, 3 }, new[] { 3, 2, 2 })]
    [InlineData("...ij,...jk->...ik", new[] { 2, 1, 2, 2 }, new[] { 3, 2, 2 })]
    [InlineData("i...j,j->...", new[] { 2, 3, 2 }, new[] { 2 })]
    [InlineData("i...,i...->i", new[] { 2, 3 }, new[] { 2, 3 })]
    [InlineData("ij,j->i", new[] { 2, 1 }, new[] { 3 })]
    [InlineData("i,j->ij", new[] { 2 }, new[] { 3 })]
    [InlineData("ab,cd->da", new[] { 2, 2 }, new[] { 2, 3 })]
    [InlineData("ijk,kjl->li", new[] { 2, 2, 2 }, new[] { 2, 2, 2 })]
    public void Gradients_of_first_and_second_order_match_finite_differences(string equation, int[] a, int[] b) =>
        Matrices.Check(x => Tensor.Einsum(equation, x), a, b);

    [Fact]
    public void Three_operands_are_contracted_in_turn()
    {
        Matrices.Check(x => Tensor.Einsum("ij,jk,kl->il", x), [2, 2], [2, 2], [2, 2]);
        Matrices.Check(x => Tensor.Einsum("bn,anm,bm->ba", x), [2, 2], [2, 2, 3], [2, 3]);
    }

    [Fact]
    public void The_implicit_result_is_alphabetical_with_capitals_first_and_the_ellipsis_before()
    {
        Assert.Equal([5, 3, 2], Tensor.Einsum("ba...", Tensor.Zeros(2, 3, 5)).Shape.ToArray());
        Assert.Equal([4, 2], Tensor.Einsum("aB", Tensor.Zeros(2, 4)).Shape.ToArray());
        Assert.Equal([], Tensor.Einsum("ii", Tensor.Zeros(3, 3)).Shape.ToArray());
    }

    [Fact]
    public void A_diagonal_is_a_view()
    {
        Tensor x = Tensor.Zeros(3, 3);
        Tensor.Einsum("ii->i", x).CopyFrom(Tensor.Ones(3));
        Assert.Equal([1f, 0, 0, 0, 1, 0, 0, 0, 1], x.ToArray<float>());
    }

    [Fact]
    public void An_attention_score_equals_the_product_of_permuted_operands()
    {
        Tensor q = Matrices.Numbers([2, 3, 2, 4]), k = Matrices.Numbers([2, 5, 2, 4], 2);
        Matrices.Near(q.Permute(0, 2, 1, 3).MatMul(k.Permute(0, 2, 3, 1)), Tensor.Einsum("bqhd,bkhd->bhqk", q, k));
    }

    [Theory]
    [InlineData("ij,jk", "names 2 operands, but 1 are given")]
    [InlineData("i", "names 1 axes, but operand 0 of shape [2, 3] has 2; an ellipsis")]
    [InlineData("ijk...", "names 3 axes")]
    [InlineData("ij->iz", "'z' stands in no operand")]
    [InlineData("ij->ii", "'i' stands twice in the result")]
    [InlineData("i1", "'1' in operand 0 is no subscript")]
    [InlineData("......", "at most one ellipsis")]
    [InlineData("ij->i->j", "'-' in the result")]
    public void A_bad_equation_is_explained(string equation, string reason)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Tensor.Einsum(equation, Tensor.Zeros(2, 3)));
        Assert.Contains($"Einsum: '{equation}': ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_subscript_of_two_lengths_is_named()
    {
        string inner = Assert.Throws<ShapeException>(() => Tensor.Einsum("ij,jk", Tensor.Zeros(2, 3), Tensor.Zeros(4, 2))).Message;
        Assert.Equal(
            "Einsum: 'ij,jk': 'j' has length 4 in operand 1 of shape [4, 2], but 3 before; they must be equal or one of them 1.", inner);
        string repeated = Assert.Throws<ShapeException>(() => Tensor.Einsum("ii", Tensor.Zeros(1, 3))).Message;
        Assert.Contains("a diagonal needs equal ones", repeated, StringComparison.Ordinal);
        string ellipsis = Assert.Throws<ShapeException>(
            () => Tensor.Einsum("...i,...i", Tensor.Zeros(2, 3), Tensor.Zeros(4, 3))).Message;
        Assert.Contains("the ellipsis' axis 1 from the right", ellipsis, StringComparison.Ordinal);
    }
}
