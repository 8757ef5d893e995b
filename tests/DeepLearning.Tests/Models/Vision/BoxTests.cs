using DeepLearning.Models;

namespace DeepLearning.Tests.Models.Vision;

public sealed class BoxTests
{
    private static readonly Tensor s_boxes = Tensor.From(new[] { 0f, 0, 4, 2, 1, 1, 5, 3, 10, 10, 12, 14 }, 3, 4);

    [Fact]
    public void Every_format_becomes_every_other_and_comes_back()
    {
        Assert.Equal([2f, 1, 4, 2], Boxes.Convert(s_boxes[0], BoxFormat.Corners, BoxFormat.CenterSize).ToArray<float>());
        Assert.Equal([1f, 1, 4, 2], Boxes.Convert(s_boxes[1], BoxFormat.Corners, BoxFormat.CornerSize).ToArray<float>());
        foreach (BoxFormat from in Enum.GetValues<BoxFormat>())
        {
            foreach (BoxFormat to in Enum.GetValues<BoxFormat>())
            {
                Assert.True(Boxes.Convert(Boxes.Convert(s_boxes, from, to), to, from).AllClose(s_boxes));
            }
        }

        Assert.Equal([8f, 8, 8], Boxes.Area(s_boxes).ToArray<float>());
        Assert.Equal([1f, 1, 3, 3], Boxes.Clip(s_boxes[1], 8, 3).ToArray<float>());
    }

    [Fact]
    public void Classes_are_suppressed_by_themselves()
    {
        Tensor scores = Tensor.From([0.5f, 0.9f, 0.7f]);
        Assert.Equal([1L, 2], Boxes.NonMaximumSuppression(s_boxes, scores, 0.2).ToArray<long>());
        Assert.Equal([1L, 2, 0], Boxes.NonMaximumSuppression(s_boxes, scores, Tensor.From([0L, 1, 0]), 0.2).ToArray<long>());
        Assert.Empty(Boxes.NonMaximumSuppression(Tensor.Zeros(0, 4), Tensor.Zeros(0), 0.5).ToArray<long>());
    }

    [Fact]
    public void Equal_scores_keep_the_one_in_front_and_boxes_without_area_do_not_overlap()
    {
        Tensor same = Tensor.From(new[] { 0f, 0, 4, 2, 0, 0, 4, 2, 1, 1, 1, 1 }, 3, 4);
        Assert.Equal([0L, 2], Boxes.NonMaximumSuppression(same, Tensor.Ones(3), 0.5).ToArray<long>());
    }

    [Fact]
    public void Anchors_stand_around_the_corners_of_the_cells()
    {
        Tensor anchors = Anchors.Grid(2, 3, 8, [16.0], [0.5, 1, 2]);
        Assert.Equal([18, 4], anchors.Shape.ToArray());
        Assert.Equal([-11f, -6, 11, 6, -8, -8, 8, 8, -6, -11, 6, 11], anchors.Narrow(0, 0, 3).Reshape(-1).ToArray<float>());
        Assert.Equal([8f, 0, 24, 16], anchors[16].ToArray<float>());
        Tensor boxes = Boxes.Convert(anchors, BoxFormat.Corners, BoxFormat.CenterSize);
        Assert.Equal([16f, 8], boxes[16].Narrow(0, 0, 2).ToArray<float>());
    }

    [Fact]
    public void Differences_lead_back_to_the_boxes_and_an_image_without_boxes_is_background()
    {
        Tensor anchors = s_boxes + 0.5;
        Assert.True(Anchors.Decode(Anchors.Encode(s_boxes, anchors, 10, 5), anchors, 10, 5).AllClose(s_boxes, absolute: 1e-5));
        AnchorMatches none = Anchors.Match(anchors, Tensor.Zeros(0, 4));
        Assert.Equal([-1L, -1, -1], none.Indices.ToArray<long>());
        AnchorMatches some = Anchors.Match(anchors, s_boxes.Narrow(0, 2, 1));
        Assert.Equal([-1L, -1, 0], some.Indices.ToArray<long>());
    }

    [Fact]
    public void What_is_no_box_is_refused()
    {
        Assert.Contains("[.., 4]", Assert.Throws<ShapeException>(() => Boxes.Area(Tensor.Zeros(2, 3))).Message);
        Assert.Contains("[m, 4]", Assert.Throws<ShapeException>(() => Boxes.IoU(s_boxes, s_boxes[0])).Message);
        Assert.Throws<DTypeException>(() => Boxes.GIoU(s_boxes.To(DType.Int64), s_boxes));
        Assert.Throws<ShapeException>(() => Boxes.GIoULoss(s_boxes, s_boxes[..2]));
        Assert.Throws<ShapeException>(() => Boxes.NonMaximumSuppression(s_boxes, Tensor.Ones(2), 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Boxes.NonMaximumSuppression(s_boxes, Tensor.Ones(3), 1.5));
        Assert.Throws<ShapeException>(() => Boxes.NonMaximumSuppression(s_boxes, Tensor.Ones(3), Tensor.From([1L]), 0.5));
        Assert.Throws<ShapeException>(() => Anchors.Encode(s_boxes, s_boxes[..1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Anchors.Match(s_boxes, s_boxes, 0.3, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Anchors.Grid(1, 1, 8, [], [1.0]));
    }
}
