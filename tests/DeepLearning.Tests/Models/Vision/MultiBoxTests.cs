using DeepLearning.Layers;
using DeepLearning.Models;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Models.Vision;

public sealed class MultiBoxTests
{
    [Fact]
    public void Boxes_with_the_same_best_anchor_get_one_each()
    {
        // Both boxes overlap the first anchor most; by thresholds alone the second box would have none.
        Tensor anchors = Tensor.From(new[] { 0f, 0, 10, 10, 4, 0, 14, 10, 30, 30, 40, 40 }, 3, 4);
        Tensor boxes = Tensor.From(new[] { 0f, 0, 10, 9, 1, 0, 11, 10 }, 2, 4);
        Tensor overlaps = Boxes.IoU(anchors, boxes);
        Assert.Equal([0L, 0], overlaps.ArgMax(0).ToArray<long>());
        Assert.Equal([0L, 1, -1], MultiBox.Match(anchors, boxes, 0.6).Indices.ToArray<long>());
        Assert.Equal([0L, 1, -1], MultiBox.Match(anchors, boxes, 1).Indices.ToArray<long>());
        Assert.True(MultiBox.Match(anchors, boxes).IoU.Equal(overlaps.Amax(1)));
    }

    [Fact]
    public void Every_box_that_an_anchor_overlaps_has_one_of_its_own()
    {
        Generator random = new(3);
        for (int trial = 0; trial < 50; trial++)
        {
            Tensor corners = Tensor.Rand([12, 2], generator: random) * 4, others = Tensor.Rand([40, 2], generator: random) * 4;
            Tensor boxes = Tensor.Cat([corners, corners + 3], 1), anchors = Tensor.Cat([others, others + 3], 1);
            long[] matched = MultiBox.Match(anchors, boxes, 1).Indices.ToArray<long>();
            Assert.Equal(Enumerable.Range(0, 12).Select(static i => (long)i), matched.Where(static m => m >= 0).Order());
        }
    }

    [Fact]
    public void An_image_without_boxes_is_background_and_costs_nothing_without_negatives()
    {
        Tensor anchors = Anchors.Grid(2, 2, 8, [8.0], [1.0]);
        MultiBoxTargets none = MultiBox.Targets(anchors, Tensor.Zeros(0, 4), Tensor.Zeros([0], DType.Int64));
        Assert.Equal([0L, 0, 0, 0], none.Classes.ToArray<long>());
        Tensor differences = Tensor.Randn(1, 4, 4), logits = Tensor.Randn(1, 4, 3);
        MultiBoxLoss loss = MultiBox.Loss(differences, logits, none.Differences.Unsqueeze(0), none.Classes.Unsqueeze(0));
        Assert.Equal(0, loss.Total.Item<float>());
    }

    [Fact]
    public void A_detector_learns_where_a_box_is_and_finds_it()
    {
        using Generator.DefaultRegion region = new Generator(1).AsDefault();
        Tensor anchors = Anchors.Grid(4, 4, 8, [8.0, 12], [1.0]);
        Tensor boxes = Tensor.From(new[] { 3f, 4, 13, 12, 17, 15, 29, 31 }, 2, 4), classes = Tensor.From([2L, 1]);
        MultiBoxTargets targets = MultiBox.Targets(anchors, boxes, classes);
        Parameter differences = new(Tensor.Zeros(1, 32, 4)), logits = new(Tensor.Zeros(1, 32, 3));
        Adam optimizer = new([differences, logits], 0.1);
        for (int step = 0; step < 150; step++)
        {
            optimizer.ZeroGrad();
            MultiBox.Loss(differences, logits, targets.Differences.Unsqueeze(0), targets.Classes.Unsqueeze(0)).Total.Backward();
            optimizer.Step();
        }

        Detections found = MultiBox.Detect(differences[0], logits[0], anchors, 32, 32, scoreThreshold: 0.5);
        Assert.Equal([1L, 2], found.Classes.ToArray<long>().Order());
        Assert.True(Boxes.IoU(found.Boxes, boxes).Amax(1).Min().Item<float>() > 0.9f);
        Assert.Equal(0, MultiBox.Detect(differences[0], logits[0], anchors, 32, 32, scoreThreshold: 1).Classes.Count);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Tensor anchors = Anchors.Grid(2, 2, 8, [8.0], [1.0]), box = Tensor.From(new[] { 1f, 1, 3, 3 }, 1, 4);
        Assert.Contains("background", Assert.Throws<ArgumentException>(() => MultiBox.Targets(anchors, box, Tensor.From([0L]))).Message);
        Assert.Contains("no area", Assert.Throws<ArgumentException>(
            () => MultiBox.Targets(anchors, Tensor.From(new[] { 1f, 1, 1, 3 }, 1, 4), Tensor.From([1L]))).Message);
        Assert.Contains("[boxes]", Assert.Throws<ShapeException>(() => MultiBox.Targets(anchors, box, Tensor.From([1L, 2]))).Message);
        Assert.Throws<DTypeException>(() => MultiBox.Targets(anchors, box, Tensor.From([1f])));
        Assert.Throws<ArgumentOutOfRangeException>(() => MultiBox.Match(anchors, box, 1.5));
        Tensor differences = Tensor.Zeros(2, 4, 4), classes = Tensor.Zeros([2, 4], DType.Int64);
        Assert.Contains("[batch, anchors, 4]", Assert.Throws<ShapeException>(
            () => MultiBox.Loss(differences, Tensor.Zeros(2, 4, 3), Tensor.Zeros(2, 3, 4), classes)).Message);
        Assert.Contains("[2, 4, 1 + classes]", Assert.Throws<ShapeException>(
            () => MultiBox.Loss(differences, Tensor.Zeros(2, 3, 3), differences, classes)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => MultiBox.Loss(differences, Tensor.Zeros(2, 4, 3), differences, classes, -1));
        Assert.Contains("1 + classes", Assert.Throws<ShapeException>(
            () => MultiBox.Detect(differences[0], Tensor.Zeros(4, 1), anchors, 9, 9)).Message);
    }
}
