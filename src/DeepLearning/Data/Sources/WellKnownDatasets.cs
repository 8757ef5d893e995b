namespace DeepLearning.Data;

/// <summary>Well-known published data sets, with their files, addresses and checksums.</summary>
public static class WellKnownDatasets
{
    /// <summary>
    /// MNIST: 60,000 + 10,000 handwritten digits of 28×28 grey bytes (Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0). Read it with
    /// <see cref="Data.Mnist.Load"/>.
    /// </summary>
    public static DatasetSource Mnist { get; } = Images(
        "mnist", "MNIST", "MNIST/raw",
        ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
        (9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
        (28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        (1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
        (4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"))
        with
    { HomePage = new Uri("http://yann.lecun.com/exdb/mnist/") };

    /// <summary>
    /// Fashion-MNIST: 60,000 + 10,000 pictures of clothes of 28×28 grey bytes in ten classes (H. Xiao, K. Rasul, R. Vollgraf,
    /// arXiv:1708.07747; MIT licence). Read it with <see cref="Data.FashionMnist.Load"/>.
    /// </summary>
    public static DatasetSource FashionMnist { get; } = Images(
        "fashion-mnist", "Fashion-MNIST", "FashionMNIST/raw",
        [
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        ],
        (26421880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
        (29515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
        (4422102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
        (5148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"))
        with
    {
        HomePage = new Uri("https://github.com/zalandoresearch/fashion-mnist"),
        SystemFolders = ["/usr/share/datasets/fashion-mnist"],
        Hint = "on Debian and Ubuntu install the package dataset-fashion-mnist",
    };

    /// <summary>
    /// Kuzushiji-MNIST: 60,000 + 10,000 cursive Japanese characters of 28×28 grey bytes in ten classes (T. Clanuwat and others,
    /// arXiv:1812.01718; CC BY-SA 4.0). Read it with <see cref="Data.KuzushijiMnist.Load"/>.
    /// </summary>
    public static DatasetSource KuzushijiMnist { get; } = Images(
        "kmnist", "Kuzushiji-MNIST", "KMNIST/raw",
        ["https://codh.rois.ac.jp/kmnist/dataset/kmnist/", "http://codh.rois.ac.jp/kmnist/dataset/kmnist/"],
        (18165135, "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"),
        (29497, "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
        (3041136, "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"),
        (5120, "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"))
        with
    { HomePage = new Uri("http://codh.rois.ac.jp/kmnist/") };

    /// <summary>The four IDX files of a set of the MNIST family; all sets of it use the same names.</summary>
    private static DatasetSource Images(
        string name, string title, string otherFolder, string[] hosts, params ReadOnlySpan<(long Length, string Sha256)> files)
    {
        DatasetFile[] described = new DatasetFile[ImageFiles.Names.Count];
        for (int i = 0; i < described.Length; i++)
        {
            string file = ImageFiles.Names[i];
            described[i] = new DatasetFile(file, [.. hosts.Select(host => new Uri(host + file))])
            {
                Length = files[i].Length,
                Sha256 = files[i].Sha256,
            };
        }

        return new DatasetSource(name, title, described)
        {
            OtherFolders = [otherFolder],
            Objection = folder => ImageFiles.Objection(folder, title),
        };
    }
}
