// Prints where a bucket's objects are: of an SDK for cloud storage next to nothing is live, and of
// the 240 packages that it brings along still less.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func main() {
	class := types.StorageClassStandardIa
	if !slices.Contains(class.Values(), class) {
		fmt.Println("no such storage class:", class)
		os.Exit(1)
	}
	endpoint, err := s3.NewDefaultEndpointResolverV2().ResolveEndpoint(context.Background(),
		s3.EndpointParameters{
			Bucket: aws.String("bucket"),
			Region: aws.String("eu-central-1"),
		})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(class, endpoint.URI.String())
}
