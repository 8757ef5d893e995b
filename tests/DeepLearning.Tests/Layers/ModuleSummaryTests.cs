using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers;

[Trait("Rerun", "Culture")]
public class ModuleSummaryTests
{
    [Fact]
    public void The_table_has_layers_shapes_parameters_and_totals()
    {
        Sequential model = new(new Flatten(), new Linear(6, 4), new Linear(4, 2, bias: false));
        model.Train();
        ModuleSummary summary = model.Summary(5, 2, 3);
        Assert.True(model.Training);
        Assert.Equal(["[5, 2]", "[5, 6]", "[5, 4]", "[5, 2]"], summary.Rows.Select(r => r.Output));
        Assert.Equal(36, summary.Parameters);
        Assert.Equal(36 * 4, summary.ParameterBytes);
        Assert.Equal(5 * ((6 * 4) + (4 * 2)), summary.MultiplyAdds);
        Assert.Equal(4 * 5 * (4 + 2), summary.ActivationBytes);
        Assert.Equal([0, 0, 5 * 4 * 4, 5 * 2 * 4], summary.Rows.Select(r => r.ActivationBytes));
        Assert.Equal(
            """
            layer                      output  parameters  multiply-adds
            ────────────────────────────────────────────────────────────
            Sequential                 [5, 2]
              0: Flatten               [5, 6]
              1: Linear(6→4)           [5, 4]          28            120
              2: Linear(4→2, no bias)  [5, 2]           8             40
            ────────────────────────────────────────────────────────────
            parameters 36 (0.00 MB)
            multiply-adds 160, activations 0.00 MB
            """.ReplaceLineEndings("\n"), summary.ToString());
    }

    [Fact]
    public void A_convolution_counts_each_weight_of_a_filter_once_for_each_result()
    {
        ModuleSummary summary = new Sequential(new Conv2d(4, 6, 3, groups: 2), new ReLU()).Summary(2, 4, 7, 7);
        Assert.Equal(2 * 6 * 5 * 5 * (2 * 3 * 3), summary.MultiplyAdds);
        Assert.Equal(2 * 4 * 2 * 6 * 5 * 5, summary.ActivationBytes);
    }

    [Fact]
    public void A_transposed_convolution_counts_each_weight_of_a_filter_once_for_each_element_that_it_reads()
    {
        Sequential transposed = new(new ConvTranspose2d(4, 6, 3, 2, groups: 2));
        Assert.Equal(2 * 4 * 7 * 7 * (3 * 3 * 3), transposed.Summary(2, 4, 7, 7).MultiplyAdds);
        Assert.Equal(3 * 6 * 5 * (2 * 3), new Sequential(new Conv1d(2, 6, 3)).Summary(3, 2, 7).MultiplyAdds);
        Assert.Equal(4 * 8 * 2, new Sequential(new Conv3d(2, 4, 1)).Summary(1, 2, 2, 2, 2).MultiplyAdds);
    }
}
